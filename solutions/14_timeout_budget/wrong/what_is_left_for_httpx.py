"""Each call gets what is left, but httpx waits that long for each piece of an answer.

fails: test_an_answer_that_drips = no-deadline
"""


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    end = asyncio.get_running_loop().time() + BUDGET
    try:
        route = await ask(f"{ROUTES}/{postcode}", timeout=BUDGET)
        left = end - asyncio.get_running_loop().time()
        price = await ask(f"{PRICES}/{route['km']}", timeout=left)
    except httpx.TimeoutException:
        raise HTTPException(504, "The offer took too long.")
    except httpx.HTTPError:
        raise HTTPException(502, "A service has no answer.")
    return {"km": route["km"], "cents": price["cents"]}
