"""Each attempt knows the pauses that are left, and the key of the first one."""


def asked_for(response: httpx.Response, pause: float) -> float:
    wished = response.headers.get("Retry-After", "")
    return float(wished) if wished.isdecimal() else pause


async def attempt(client: httpx.AsyncClient, request: dict, left: tuple[float, ...]) -> httpx.Response:
    try:
        response = await client.post(URL, **request)
    except httpx.TransportError:
        if not left:
            raise
        wait = left[0]
    else:
        if response.status_code not in TRY_AGAIN or not left:
            return response
        wait = asked_for(response, left[0])
    await asyncio.sleep(wait + jitter())
    return await attempt(client, request, left[1:])


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    key = uuid.uuid4().hex
    request = {"json": order.model_dump(), "headers": {"Idempotency-Key": key}}
    return await attempt(client, request, PAUSES)
