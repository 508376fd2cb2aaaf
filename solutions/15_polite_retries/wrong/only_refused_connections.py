"""A connection can break after it was made: a read time-out is no ConnectError.

fails: test_connections_that_break = wrong-status
fails: test_four_attempts_and_no_more = not-called
fails: test_one_key_for_all_attempts = wrong-status
"""


def asked_for(response: httpx.Response, pause: float) -> float:
    wished = response.headers.get("Retry-After", "")
    return float(wished) if wished.isdecimal() else pause


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for pause in (*PAUSES, None):
        try:
            response = await client.post(URL, json=order.model_dump(), headers=headers)
        except httpx.ConnectError:
            if pause is None:
                raise
            wait = pause
        else:
            if pause is None or response.status_code not in TRY_AGAIN:
                return response
            wait = asked_for(response, pause)
        await asyncio.sleep(wait + jitter())
