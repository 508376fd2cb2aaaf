"""The event is set after a load that went well: a failure leaves the others waiting for ever.

fails: test_a_failure_is_not_kept = deadlock
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
under_way: dict[str, asyncio.Event] = {}


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    loop = asyncio.get_running_loop()
    if currency in known and loop.time() < known[currency][1]:
        return known[currency][0]
    if currency in under_way:
        await under_way[currency].wait()
        return known[currency][0]
    under_way[currency] = asyncio.Event()
    known[currency] = await load_rate(currency), loop.time() + KEPT
    under_way.pop(currency).set()
    return known[currency][0]


@app.get("/rates/{currency}")
async def show(currency: str) -> dict:
    """A currency's rate. Given; leave it as it is."""
    return {"currency": currency, "rate": await get_rate(currency)}
