"""The app's one client may have two connections, for twenty requests.

exercise: 13_one_client
fails: test_twenty_at_once = too-few-in-flight
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request

RATES_URL = "https://rates.example.com/rates"
PRICES_URL = "https://shipping.example.com/prices"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=2)) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


async def get_client(request: Request) -> httpx.AsyncClient:
    """The app's one client, for every endpoint that depends on it."""
    return request.app.state.client


SharedClient = Annotated[httpx.AsyncClient, Depends(get_client)]


async def ask(client: httpx.AsyncClient, url: str) -> dict:
    """What another service answers, or a 502. Given; leave it as it is."""
    try:
        response = await client.get(url)
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The other service has no answer.")


@app.get("/rates/{currency}")
async def rate(currency: str, client: SharedClient) -> dict:
    """What a euro is worth in `currency`. Given; leave it as it is."""
    return await ask(client, f"{RATES_URL}/{currency}")


@app.get("/shipping/{country}")
async def shipping(country: str, client: SharedClient) -> dict:
    """What a parcel to `country` costs. Given; leave it as it is."""
    return await ask(client, f"{PRICES_URL}/{country}")
