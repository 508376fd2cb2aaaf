"""No end: while the courier is down, each visitor's request goes on and on.

fails: test_four_attempts_and_no_more = called-too-often
"""


def asked_for(response: httpx.Response, pause: float) -> float:
    wished = response.headers.get("Retry-After", "")
    return float(wished) if wished.isdecimal() else pause


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    pauses = list(PAUSES)
    while True:
        pause = pauses.pop(0) if len(pauses) > 1 else pauses[0]
        try:
            response = await client.post(URL, json=order.model_dump(), headers=headers)
        except httpx.TransportError:
            wait = pause
        else:
            if response.status_code not in TRY_AGAIN:
                return response
            wait = asked_for(response, pause)
        await asyncio.sleep(wait + jitter())
