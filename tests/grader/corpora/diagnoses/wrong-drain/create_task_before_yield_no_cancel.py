"""task.cancel without brackets.

exercise: 28_rate_refresher
fails: test_the_stop_waits_for_nothing = wrong-drain
"""

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


rates: dict | None = None


async def refresh():
    global rates
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        try:
            rates = await fetch_rates()
        except Exception:
            log.exception("no rates")
        due = max(due + PERIOD, loop.time())
        await asyncio.sleep(due - loop.time())


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    task = asyncio.create_task(refresh())
    yield
    task.cancel
    try:
        await task
    except asyncio.CancelledError:
        pass


app = FastAPI(lifespan=lifespan)


@app.get("/rates")
async def show() -> dict:
    if rates is None:
        from fastapi import HTTPException
        raise HTTPException(503)
    return rates
