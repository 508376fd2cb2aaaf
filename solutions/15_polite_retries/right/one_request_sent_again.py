"""The request is built once, with its key, and the same request is sent again."""


def asked_for(response: httpx.Response, pause: float) -> float:
    wished = response.headers.get("Retry-After", "")
    return float(wished) if wished.isdecimal() else pause


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    request = client.build_request("POST", URL, json=order.model_dump())
    request.headers["Idempotency-Key"] = f"{order.id}-{uuid.uuid4()}"
    pauses = iter(PAUSES)
    while True:
        failure = response = None
        try:
            response = await client.send(request)
        except httpx.RequestError as error:
            failure = error
        if response is not None and response.status_code not in TRY_AGAIN:
            return response
        pause = next(pauses, None)
        if pause is None and failure is not None:
            raise failure
        if pause is None:
            return response
        if response is not None:
            pause = asked_for(response, pause)
        await asyncio.sleep(pause + jitter())
