"""New rates are laid over the old ones, which stay.

exercise: 28_rate_refresher
fails: test_new_rates_are_shown = wrong-value
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
    try:
        rates.update(await fetch_rates())
    except Exception:
        log.exception("no new rates")


async def keep_fresh() -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        await refresh()
        due += PERIOD
        await asyncio.sleep(due - loop.time())


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
