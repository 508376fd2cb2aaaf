"""One jitter for all pauses: callers who met once meet again at each attempt.

fails: test_each_pause_has_its_jitter = not-called
"""


def asked_for(response: httpx.Response, pause: float) -> float:
    wished = response.headers.get("Retry-After", "")
    return float(wished) if wished.isdecimal() else pause


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    late = jitter()
    for pause in (*PAUSES, None):
        try:
            response = await client.post(URL, json=order.model_dump(), headers=headers)
        except httpx.TransportError:
            if pause is None:
                raise
            wait = pause
        else:
            if pause is None or response.status_code not in TRY_AGAIN:
                return response
            wait = asked_for(response, pause)
        await asyncio.sleep(wait + late)
