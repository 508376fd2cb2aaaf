"""When no attempt is left, the first one's exception is raised: the last one's trouble is unknown.

fails: test_four_attempts_and_no_more = wrong-value
"""


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first = None
    for pause in (*PAUSES, None):
        wait = None
        try:
            response = await client.post(URL, json=order.model_dump(), headers=headers)
        except httpx.TransportError as error:
            first = first or error
            if pause is None:
                raise first
        else:
            if pause is None or response.status_code not in TRY_AGAIN:
                return response
            wait = asked_for(response)
        await asyncio.sleep((pause if wait is None else wait) + jitter())
