"""A service that refuses is told as one that is slow.

fails: test_a_service_that_fails = wrong-status
"""


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    try:
        async with asyncio.timeout(BUDGET):
            route = await ask(f"{ROUTES}/{postcode}")
            price = await ask(f"{PRICES}/{route['km']}")
    except (TimeoutError, httpx.HTTPError):
        raise HTTPException(504, "The offer took too long.")
    return {"km": route["km"], "cents": price["cents"]}
