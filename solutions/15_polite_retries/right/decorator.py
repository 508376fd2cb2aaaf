"""A decorator that tries again, around a function that makes one attempt."""

import functools
import secrets


def asked_for(response: httpx.Response, pause: float) -> float:
    wished = response.headers.get("Retry-After", "")
    return float(wished) if wished.isdecimal() else pause


def politely(once):
    @functools.wraps(once)
    async def again(*args, **kwargs):
        for pause in (*PAUSES, None):
            try:
                response = await once(*args, **kwargs)
            except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError):
                if pause is None:
                    raise
                await asyncio.sleep(pause + jitter())
                continue
            if pause is None or response.status_code not in TRY_AGAIN:
                return response
            await asyncio.sleep(asked_for(response, pause) + jitter())

    return again


@politely
async def post(client: httpx.AsyncClient, order: Order, key: str) -> httpx.Response:
    return await client.post(URL, json=order.model_dump(), headers={"idempotency-key": key})


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    return await post(client, order, secrets.token_hex(16))
