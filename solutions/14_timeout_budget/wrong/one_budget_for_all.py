"""The moment is fixed once, by the first request: later ones have no time left.

fails: test_just_in_time = wrong-status
fails: test_too_slow_is_a_504 = too-early
fails: test_an_answer_that_drips = too-early
fails: test_each_request_has_its_own_budget = wrong-status
"""

end = 0.0


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    global end
    end = end or asyncio.get_running_loop().time() + BUDGET
    try:
        async with asyncio.timeout_at(end):
            route = await ask(f"{ROUTES}/{postcode}")
            price = await ask(f"{PRICES}/{route['km']}")
    except TimeoutError:
        raise HTTPException(504, "The offer took too long.")
    except httpx.HTTPError:
        raise HTTPException(502, "A service has no answer.")
    return {"km": route["km"], "cents": price["cents"]}
