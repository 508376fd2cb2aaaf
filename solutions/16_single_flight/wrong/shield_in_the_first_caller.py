"""The load survives the first caller, and nobody is left to tell the others its result.

fails: test_the_first_caller_leaves = deadlock
fails: test_all_leave = deadlock
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


known: dict[str, tuple[float, float]] = {}
flights: dict[str, asyncio.Future] = {}


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    loop = asyncio.get_running_loop()
    if currency in known and loop.time() < known[currency][1]:
        return known[currency][0]
    if currency in flights:
        return await asyncio.shield(flights[currency])
    flight = flights[currency] = loop.create_future()
    try:
        rate = await asyncio.shield(load_rate(currency))
    except Exception as error:
        del flights[currency]
        flight.set_exception(error)
        flight.exception()
        raise
    known[currency] = rate, loop.time() + KEPT
    del flights[currency]
    flight.set_result(rate)
    return rate


@app.get("/rates/{currency}")
async def show(currency: str) -> dict:
    """A currency's rate. Given; leave it as it is."""
    return {"currency": currency, "rate": await get_rate(currency)}
