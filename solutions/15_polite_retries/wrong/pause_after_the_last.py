"""After the last attempt comes a pause, and nothing after that.

fails: test_four_attempts_and_no_more = too-slow
"""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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


def asked_for(response: httpx.Response, pause: float) -> float:
    wished = response.headers.get("Retry-After", "")
    return float(wished) if wished.isdecimal() else pause



async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    failure = response = None
    for pause in (*PAUSES, PAUSES[-1]):
        wait = pause
        try:
            response = await client.post(URL, json=order.model_dump(), headers=headers)
            failure = None
            if response.status_code not in TRY_AGAIN:
                return response
            wait = asked_for(response, pause)
        except httpx.TransportError as error:
            failure = error
        await asyncio.sleep(wait + jitter())
    if failure is not None:
        raise failure
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
