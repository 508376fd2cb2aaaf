"""Each call has two seconds of its own, by httpx.

fails: test_too_slow_is_a_504 = no-deadline
fails: test_an_answer_that_drips = no-deadline
fails: test_each_request_has_its_own_budget = no-deadline
"""


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    try:
        route = await ask(f"{ROUTES}/{postcode}", timeout=BUDGET)
        price = await ask(f"{PRICES}/{route['km']}", timeout=BUDGET)
    except httpx.TimeoutException:
        raise HTTPException(504, "The offer took too long.")
    except httpx.HTTPError:
        raise HTTPException(502, "A service has no answer.")
    return {"km": route["km"], "cents": price["cents"]}
