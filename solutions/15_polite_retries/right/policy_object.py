"""How often and how long is the business of an object; book only asks it."""

from contextlib import suppress

del asked_for


class Retries:
    def __init__(self, pauses: tuple[float, ...]) -> None:
        self.left = list(pauses)

    async def pause(self, response: httpx.Response | None = None) -> bool:
        """Wait before another attempt; False when there is none to come."""
        if not self.left:
            return False
        seconds = self.left.pop(0)
        if response is not None:
            with suppress(ValueError):
                seconds = int(response.headers.get("retry-after", ""))
        await asyncio.sleep(seconds + jitter())
        return True


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    retries = Retries(PAUSES)
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    while True:
        try:
            response = await client.request("POST", URL, json=order.model_dump(), headers=headers)
        except httpx.TransportError:
            if not await retries.pause():
                raise
        else:
            if response.status_code not in TRY_AGAIN or not await retries.pause(response):
                return response
