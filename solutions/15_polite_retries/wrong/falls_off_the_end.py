"""After three failures the loop is over, and so is the function: it returns None.

fails: test_pauses_that_grow = server-error
fails: test_four_attempts_and_no_more = server-error
fails: test_the_courier_says_when = server-error
fails: test_each_pause_has_its_jitter = server-error
fails: test_twenty_orders_at_once = server-error
fails: test_every_attempt_has_the_order = server-error
fails: test_one_key_for_all_attempts = server-error
"""


def asked_for(response: httpx.Response, pause: float) -> float:
    wished = response.headers.get("Retry-After", "")
    return float(wished) if wished.isdecimal() else pause


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for pause in PAUSES:
        try:
            response = await client.post(URL, json=order.model_dump(), headers=headers)
        except httpx.TransportError:
            wait = pause
        else:
            if response.status_code not in TRY_AGAIN:
                return response
            wait = asked_for(response, pause)
        await asyncio.sleep(wait + jitter())
