"""A moment is fixed at the start, and each call has until then."""


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    end = asyncio.get_running_loop().time() + BUDGET
    try:
        async with asyncio.timeout_at(end):
            route = await ask(f"{ROUTES}/{postcode}")
        async with asyncio.timeout_at(end):
            price = await ask(f"{PRICES}/{route['km']}")
    except TimeoutError:
        raise HTTPException(504, "The offer took too long.")
    except httpx.HTTPError:
        raise HTTPException(502, "A service has no answer.")
    return {"km": route["km"], "cents": price["cents"]}
