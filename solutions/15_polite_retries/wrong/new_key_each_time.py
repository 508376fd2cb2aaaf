"""A key of its own for each attempt: the courier books two pickups for one order.

fails: test_one_key_for_all_attempts = wrong-value
"""


def asked_for(response: httpx.Response, pause: float) -> float:
    wished = response.headers.get("Retry-After", "")
    return float(wished) if wished.isdecimal() else pause


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    for pause in (*PAUSES, None):
        headers = {"Idempotency-Key": str(uuid.uuid4())}
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
        await asyncio.sleep(wait + jitter())
