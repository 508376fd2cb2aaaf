"""A bare `except` makes a 504 of a cancellation by the server, too.

fails: test_the_request_is_cancelled = swallowed-cancel
"""


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    try:
        async with asyncio.timeout(BUDGET):
            route = await ask(f"{ROUTES}/{postcode}")
            price = await ask(f"{PRICES}/{route['km']}")
    except httpx.HTTPError:
        raise HTTPException(502, "A service has no answer.")
    except BaseException:
        raise HTTPException(504, "The offer took too long.")
    return {"km": route["km"], "cents": price["cents"]}
