"""add_done_callback gets a call of the function, which asks too soon.

exercise: 16_single_flight
fails: test_a_hundred_ask_at_once = server-error
"""

import asyncio

from fastapi import FastAPI

KEPT = 20.0
"""Seconds for which a rate is kept."""

app = FastAPI()


async def load_rate(currency: str) -> float:
    """The bank's rate of a currency: takes half a second, and may raise. Given; leave it as it is."""
    await asyncio.sleep(0.5)
    return len(currency) / 4


loads: dict[str, asyncio.Task[float]] = {}


def keep(currency: str, load: asyncio.Task[float]) -> None:
    """A rate is forgotten after a while, a failure at once."""
    if load.cancelled() or load.exception():
        del loads[currency]
    else:
        asyncio.get_running_loop().call_later(KEPT, loads.pop, currency)


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    if currency not in loads:
        loads[currency] = asyncio.create_task(load_rate(currency))
        loads[currency].add_done_callback(keep(currency, loads[currency]))
    return await asyncio.shield(loads[currency])


@app.get("/rates/{currency}")
async def show(currency: str) -> dict:
    """A currency's rate. Given; leave it as it is."""
    return {"currency": currency, "rate": await get_rate(currency)}
