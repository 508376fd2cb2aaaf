"""A Retry-After is not forgotten: when the next attempt breaks, it makes that pause, too.

fails: test_the_courier_says_when = too-slow
"""


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    wait = None
    for pause in (*PAUSES, None):
        try:
            response = await client.post(URL, json=order.model_dump(), headers=headers)
        except httpx.TransportError:
            if pause is None:
                raise
        else:
            if pause is None or response.status_code not in TRY_AGAIN:
                return response
            wait = asked_for(response)
        await asyncio.sleep((pause if wait is None else wait) + jitter())
