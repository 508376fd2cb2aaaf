"""A 404 will be a 404 the next time, too: four calls, and the visitor waits for nothing.

fails: test_what_does_not_help = called-too-often
fails: test_after_many_refusals = called-too-often
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
        except httpx.TransportError:
            if pause is None:
                raise
            wait = pause
        else:
            if pause is None or response.status_code < 400:
                return response
            wait = asked_for(response, pause)
        await asyncio.sleep(wait + jitter())
