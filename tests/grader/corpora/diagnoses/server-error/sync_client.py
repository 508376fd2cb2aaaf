"""httpx.Client in place of AsyncClient.

exercise: 13_one_client
fails: test_one_client_for_fifty_requests = server-error
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
    with httpx.Client() as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


async def get_client(request: Request) -> httpx.AsyncClient:
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
