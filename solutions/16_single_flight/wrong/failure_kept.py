"""The failed task is kept like a rate: one bad second, and the currency is gone for twenty.

fails: test_a_failure_is_not_kept = not-called
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


loads: dict[str, asyncio.Task] = {}


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    if currency not in loads:
        loads[currency] = asyncio.create_task(load_rate(currency))
        asyncio.get_running_loop().call_later(KEPT, loads.pop, currency)
    return await asyncio.shield(loads[currency])


@app.get("/rates/{currency}")
async def show(currency: str) -> dict:
    """A currency's rate. Given; leave it as it is."""
    return {"currency": currency, "rate": await get_rate(currency)}
