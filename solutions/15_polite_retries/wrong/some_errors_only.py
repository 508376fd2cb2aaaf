"""Only the errors that somebody thought of are tried again: a write that breaks is not among them.

fails: test_connections_that_break = wrong-status
"""

AGAIN = (httpx.ConnectError, httpx.ReadError, httpx.TimeoutException, httpx.RemoteProtocolError)


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for pause in PAUSES:
        try:
            response = await client.post(URL, json=order.model_dump(), headers=headers)
        except AGAIN:
            wait = None
        else:
            if response.status_code not in TRY_AGAIN:
                return response
            wait = asked_for(response)
        await asyncio.sleep((pause if wait is None else wait) + jitter())
    return await client.post(URL, json=order.model_dump(), headers=headers)
