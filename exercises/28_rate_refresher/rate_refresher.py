"""Exchange rates that are fetched every minute, beside the requests."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

log = logging.getLogger(__name__)

PERIOD = 60.0
"""Seconds from the beginning of one fetch to the beginning of the next."""


async def fetch_rates() -> dict:
    """The bank's rates: takes a few seconds, and may raise. Given; leave it as it is."""
    await asyncio.sleep(5)
    return {"EUR": 1.0, "CHF": 0.95}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """While the app is up, the rates are fetched every PERIOD seconds."""
    raise NotImplementedError("rate_refresher: fetch the rates while the app is up")
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/rates")
async def show() -> dict:
    """The newest rates; status 503 while there are none yet."""
    raise NotImplementedError("rate_refresher: answer with the newest rates")
