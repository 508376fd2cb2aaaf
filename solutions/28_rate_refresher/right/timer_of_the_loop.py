"""A timer of the loop rings each minute; a round that still runs lets one pass."""

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


async def refresh() -> None:
    global rates
    try:
        rates = await fetch_rates()
    except Exception:
        log.exception("no new rates")


class Timer:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.due = self.loop.time()
        self.round: asyncio.Task[None] | None = None
        self.ring()

    def ring(self) -> None:
        if self.round is None or self.round.done():
            self.round = asyncio.create_task(refresh())
        self.due += PERIOD
        self.handle = self.loop.call_at(self.due, self.ring)

    async def stop(self) -> None:
        self.handle.cancel()
        self.round.cancel()
        await asyncio.wait([self.round])


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    timer = Timer()
    yield
    await timer.stop()


app = FastAPI(lifespan=lifespan)


@app.get("/rates")
async def show() -> dict:
    """The newest rates; status 503 while there are none yet."""
    if not rates:
        raise HTTPException(503, "no rates yet")
    return rates
