"""The postcode is put into capitals and loses its spaces. Breaks: "Ask ROUTES/postcode".

fails: test_an_offer_in_time = network-refused
fails: test_just_in_time = network-refused
fails: test_too_slow_is_a_504 = network-refused
fails: test_an_answer_that_drips = network-refused
fails: test_an_answer_in_pieces = network-refused
fails: test_a_service_that_fails = network-refused
fails: test_each_request_has_its_own_budget = network-refused
fails: test_the_request_is_cancelled = network-refused
"""


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    try:
        async with asyncio.timeout(BUDGET):
            route = await ask(f"{ROUTES}/{postcode.upper().replace(' ', '')}")
            price = await ask(f"{PRICES}/{route['km']}")
    except TimeoutError:
        raise HTTPException(504)
    except httpx.HTTPError:
        raise HTTPException(502)
    return {"km": route["km"], "cents": price["cents"]}
