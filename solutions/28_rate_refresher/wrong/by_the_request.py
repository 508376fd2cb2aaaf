"""The rates are fetched when somebody asks and they are old: the visitor waits.

fails: test_the_app_is_up_at_once = wrong-status
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException

log = logging.getLogger(__name__)

PERIOD = 60.0
"""Seconds from the beginning of one fetch to the beginning of the next."""


async def fetch_rates() -> dict:
    """The bank's rates: takes a few seconds, and may raise. Given; leave it as it is."""
    await asyncio.sleep(5)
    return {"EUR": 1.0, "CHF": 0.95}


rates: dict = {}
fetched = -PERIOD


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/rates")
async def show() -> dict:
    """The newest rates; status 503 while there are none yet."""
    global rates, fetched
    loop = asyncio.get_running_loop()
    if loop.time() - fetched >= PERIOD:
        fetched = loop.time()
        try:
            rates = await fetch_rates()
        except Exception:
            log.exception("no new rates")
    if not rates:
        raise HTTPException(503, "no rates yet")
    return rates
