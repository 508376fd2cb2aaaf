"""A 500 is no matter of a moment: the task names the statuses that are.

fails: test_what_does_not_help = called-too-often
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
            if pause is None or not (response.status_code == 429 or response.status_code >= 500):
                return response
            wait = asked_for(response, pause)
        await asyncio.sleep(wait + jitter())
