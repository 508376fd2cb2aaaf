"""After the last attempt comes a pause, and nothing after that.

fails: test_four_attempts_and_no_more = too-slow
"""


def asked_for(response: httpx.Response, pause: float) -> float:
    wished = response.headers.get("Retry-After", "")
    return float(wished) if wished.isdecimal() else pause


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    failure = response = None
    for pause in (*PAUSES, PAUSES[-1]):
        wait = pause
        try:
            response = await client.post(URL, json=order.model_dump(), headers=headers)
            failure = None
            if response.status_code not in TRY_AGAIN:
                return response
            wait = asked_for(response, pause)
        except httpx.TransportError as error:
            failure = error
        await asyncio.sleep(wait + jitter())
    if failure is not None:
        raise failure
    return response
