"""What took too long is answered with null, and status 200.

fails: test_too_slow_is_a_504 = wrong-status
fails: test_an_answer_that_drips = wrong-status
fails: test_each_request_has_its_own_budget = wrong-status
"""


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    try:
        async with asyncio.timeout(BUDGET):
            route = await ask(f"{ROUTES}/{postcode}")
            price = await ask(f"{PRICES}/{route['km']}")
    except TimeoutError:
        return {"km": None, "cents": None}
    except httpx.HTTPError:
        raise HTTPException(502, "A service has no answer.")
    return {"km": route["km"], "cents": price["cents"]}
