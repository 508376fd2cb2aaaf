"""A rate of 0.0 counts as no rate at all, so it is loaded each time.

fails: test_a_rate_of_zero_is_kept = called-too-often
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


known: dict[str, float] = {}
loads: dict[str, asyncio.Task] = {}


async def load(currency: str) -> float:
    known[currency] = await load_rate(currency)
    asyncio.get_running_loop().call_later(KEPT, known.pop, currency)
    return known[currency]


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    if rate := known.get(currency):
        return rate
    if currency not in loads:
        loads[currency] = asyncio.create_task(load(currency))
        loads[currency].add_done_callback(lambda _: loads.pop(currency))
    return await asyncio.shield(loads[currency])


@app.get("/rates/{currency}")
async def show(currency: str) -> dict:
    """A currency's rate. Given; leave it as it is."""
    return {"currency": currency, "rate": await get_rate(currency)}
