"""A refused connection is an exception, not a status, and is not tried again.

fails: test_connections_that_break = wrong-status
fails: test_four_attempts_and_no_more = not-called
fails: test_the_courier_says_when = not-called
fails: test_one_key_for_all_attempts = wrong-status
fails: test_every_attempt_has_the_order = wrong-status
"""


def asked_for(response: httpx.Response, pause: float) -> float:
    wished = response.headers.get("Retry-After", "")
    return float(wished) if wished.isdecimal() else pause


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for pause in (*PAUSES, None):
        response = await client.post(URL, json=order.model_dump(), headers=headers)
        if pause is None or response.status_code not in TRY_AGAIN:
            return response
        await asyncio.sleep(asked_for(response, pause) + jitter())
