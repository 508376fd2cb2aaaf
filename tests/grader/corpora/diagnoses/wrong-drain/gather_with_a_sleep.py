"""A gather that is cancelled ends with its sleep, and leaves the fetch behind.

exercise: 28_rate_refresher
fails: test_the_stop_ends_a_fetch = wrong-drain
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, HTTPException

log = logging.getLogger(__name__)

PERIOD = 60.0
"""Seconds from the beginning of one fetch to the beginning of the next."""


async def fetch_rates() -> dict:
    """The bank's rates: takes a few seconds, and may raise. Given; leave it as it is."""
    await asyncio.sleep(5)
    return {"EUR": 1.0, "CHF": 0.95}


rates: dict = {}


async def refresh() -> None:
    global rates
    try:
        rates = await fetch_rates()
    except Exception:
        log.exception("no new rates")


async def keep_fresh() -> None:
    while True:
        await asyncio.gather(refresh(), asyncio.sleep(PERIOD))


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    task = asyncio.create_task(keep_fresh())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


app = FastAPI(lifespan=lifespan)


@app.get("/rates")
async def show() -> dict:
    """The newest rates; status 503 while there are none yet."""
    if not rates:
        raise HTTPException(503, "no rates yet")
    return rates
