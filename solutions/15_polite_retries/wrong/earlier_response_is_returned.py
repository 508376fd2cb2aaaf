"""The last attempt breaks, and the response of an earlier one is returned as if it were the last.

fails: test_four_attempts_and_no_more = wrong-value
"""


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    response = None
    for pause in (*PAUSES, None):
        wait = None
        try:
            response = await client.post(URL, json=order.model_dump(), headers=headers)
        except httpx.TransportError:
            if pause is None and response is None:
                raise
        else:
            if response.status_code not in TRY_AGAIN:
                return response
            wait = asked_for(response)
        if pause is not None:
            await asyncio.sleep((pause if wait is None else wait) + jitter())
    return response
