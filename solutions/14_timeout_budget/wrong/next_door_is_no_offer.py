"""A way of 0 km is taken for none: who lives at the depot gets no offer.

fails: test_an_offer_in_time = wrong-status
"""


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    try:
        async with asyncio.timeout(BUDGET):
            route = await ask(f"{ROUTES}/{postcode}")
            if not route["km"]:
                raise HTTPException(502, "The map knows no way.")
            price = await ask(f"{PRICES}/{route['km']}")
    except TimeoutError:
        raise HTTPException(504, "The offer took too long.")
    except httpx.HTTPError:
        raise HTTPException(502, "A service has no answer.")
    return {"km": route["km"], "cents": price["cents"]}
