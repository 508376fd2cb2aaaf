"""How often and how long is the business of an object; book only asks it."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextlib import suppress

import httpx

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

URL = "https://courier.example.com/pickups"
PAUSES = (0.1, 0.2, 0.4)
"""Seconds before the second, the third and the fourth attempt."""
TRY_AGAIN = {429, 502, 503, 504}
"""Statuses that may be gone in a moment."""


class Order(BaseModel):
    id: int
    parcels: int


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with httpx.AsyncClient(timeout=1.0) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


def jitter() -> float:
    """Some seconds more for a pause, so that not all come back at once. Given; leave it as it is."""
    return random.uniform(0.0, 0.05)


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


@app.post("/orders")
async def place(order: Order) -> dict:
    """Books the courier for an order. Given; leave it as it is."""
    try:
        response = await book(app.state.client, order)
        response.raise_for_status()
    except httpx.HTTPError as error:
        raise HTTPException(502, "The courier cannot be booked.") from error
    return response.json()
