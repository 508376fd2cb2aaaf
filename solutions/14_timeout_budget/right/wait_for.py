"""Both calls are one coroutine, and wait_for gives that one limit."""


async def both(postcode: str) -> dict:
    route = await ask(f"{ROUTES}/{postcode}")
    price = await ask(f"{PRICES}/{route['km']}")
    return {"km": route["km"], "cents": price["cents"]}


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    try:
        return await asyncio.wait_for(both(postcode), BUDGET)
    except TimeoutError:
        raise HTTPException(504, "The offer took too long.")
    except httpx.HTTPError:
        raise HTTPException(502, "A service has no answer.")
