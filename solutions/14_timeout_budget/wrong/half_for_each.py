"""Each call may take half of the budget: a slow map and a fast tariff are no offer.

fails: test_just_in_time = wrong-status
fails: test_too_slow_is_a_504 = too-early
fails: test_an_answer_that_drips = too-early
fails: test_an_answer_in_pieces = too-early
fails: test_each_request_has_its_own_budget = too-early
"""


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    try:
        async with asyncio.timeout(BUDGET / 2):
            route = await ask(f"{ROUTES}/{postcode}")
        async with asyncio.timeout(BUDGET / 2):
            price = await ask(f"{PRICES}/{route['km']}")
    except TimeoutError:
        raise HTTPException(504, "The offer took too long.")
    except httpx.HTTPError:
        raise HTTPException(502, "A service has no answer.")
    return {"km": route["km"], "cents": price["cents"]}
