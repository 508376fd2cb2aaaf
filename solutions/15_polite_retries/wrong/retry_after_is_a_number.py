"""A Retry-After may be a date: float() raises a ValueError, and the visitor gets a 500.

fails: test_the_courier_names_a_date = server-error
"""

del asked_for


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
            if pause is None or response.status_code not in TRY_AGAIN:
                return response
            wait = float(response.headers.get("Retry-After", pause))
        await asyncio.sleep(wait + jitter())
