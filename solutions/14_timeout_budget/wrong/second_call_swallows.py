"""A cancellation in the second call is caught with its time-out: the server gets a 504 instead.

fails: test_the_request_is_cancelled = swallowed-cancel
"""


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    loop = asyncio.get_running_loop()
    end = loop.time() + BUDGET
    try:
        async with asyncio.timeout_at(end):
            route = await ask(f"{ROUTES}/{postcode}")
        call = asyncio.create_task(ask(f"{PRICES}/{route['km']}"))
        try:
            price = await asyncio.wait_for(call, end - loop.time())
        except asyncio.CancelledError:
            raise TimeoutError
    except TimeoutError:
        raise HTTPException(504, "The offer took too long.")
    except httpx.HTTPError:
        raise HTTPException(502, "A service has no answer.")
    return {"km": route["km"], "cents": price["cents"]}
