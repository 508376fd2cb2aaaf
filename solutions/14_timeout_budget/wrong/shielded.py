"""A shield lets the calls go on when their time is over.

fails: test_nothing_goes_on = answered-not-ended
fails: test_the_request_is_cancelled = still-running
fails: test_nothing_is_left = still-running
"""


async def both(postcode: str) -> dict:
    route = await ask(f"{ROUTES}/{postcode}")
    price = await ask(f"{PRICES}/{route['km']}")
    return {"km": route["km"], "cents": price["cents"]}


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    try:
        return await asyncio.wait_for(asyncio.shield(both(postcode)), BUDGET)
    except TimeoutError:
        raise HTTPException(504, "The offer took too long.")
    except httpx.HTTPError:
        raise HTTPException(502, "A service has no answer.")
