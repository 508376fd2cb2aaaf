"""`or` takes a Retry-After of 0 seconds for none: who may come at once pauses.

fails: test_the_courier_says_when = too-slow
"""


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for pause in PAUSES:
        try:
            response = await client.post(URL, json=order.model_dump(), headers=headers)
        except httpx.TransportError:
            wait = None
        else:
            if response.status_code not in TRY_AGAIN:
                return response
            wait = asked_for(response)
        await asyncio.sleep((wait or pause) + jitter())
    return await client.post(URL, json=order.model_dump(), headers=headers)
