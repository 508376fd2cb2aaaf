"""anyio: move_on_after raises nothing; what comes behind its block is the 504."""

import anyio


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    with anyio.move_on_after(BUDGET):
        try:
            route = await ask(f"{ROUTES}/{postcode}")
            price = await ask(f"{PRICES}/{route['km']}")
        except httpx.HTTPError:
            raise HTTPException(502, "A service has no answer.")
        return {"km": route["km"], "cents": price["cents"]}
    raise HTTPException(504, "The offer took too long.")
