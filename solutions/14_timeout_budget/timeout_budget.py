"""One limit stands around both calls, whatever they are made of: it cancels what runs at 2.0 s.

Inside the block that is a CancelledError, which is left alone; the block makes a TimeoutError of
it, so the `except` stands outside. httpx's own `timeout` could not do this: it begins anew with
each piece that arrives.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, HTTPException

ROUTES = "https://maps.example.com/routes"
PRICES = "https://tariffs.example.com/prices"
BUDGET = 2.0
"""Seconds within which an offer must be there, both answers together."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One client for the app. Given; leave it as it is."""
    async with httpx.AsyncClient() as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


async def ask(url: str, timeout: float = 10.0) -> dict:
    """What a service answers; `timeout` is httpx's. Raises httpx.HTTPError. Given; leave it."""
    response = await app.state.client.get(url, timeout=timeout)
    response.raise_for_status()
    return response.json()


@app.get("/offers/{postcode}")
async def offer(postcode: str) -> dict:
    """Kilometres and cents, within BUDGET: a 504 if it takes longer, a 502 if a service fails."""
    try:
        async with asyncio.timeout(BUDGET):
            route = await ask(f"{ROUTES}/{postcode}")
            price = await ask(f"{PRICES}/{route['km']}")
    except TimeoutError:
        raise HTTPException(504, "The offer took too long.")
    except httpx.HTTPError:
        raise HTTPException(502, "A service has no answer.")
    return {"km": route["km"], "cents": price["cents"]}
