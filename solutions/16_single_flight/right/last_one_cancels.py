"""The callers are counted: when the last one has gone, the load is cancelled as well."""

import asyncio
from dataclasses import dataclass

from fastapi import FastAPI

KEPT = 20.0
"""Seconds for which a rate is kept."""

app = FastAPI()


async def load_rate(currency: str) -> float:
    """The bank's rate of a currency: takes half a second, and may raise. Given; leave it as it is."""
    await asyncio.sleep(0.5)
    return len(currency) / 4


@dataclass
class Load:
    task: asyncio.Task[float]
    callers: int = 0
    until: float = float("inf")


loads: dict[str, Load] = {}


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    loop = asyncio.get_running_loop()
    load = loads.get(currency)
    if load is None or loop.time() >= load.until:
        load = loads[currency] = Load(asyncio.create_task(load_rate(currency)))
    load.callers += 1
    try:
        rate = await asyncio.shield(load.task)
        load.until = min(load.until, loop.time() + KEPT)
        return rate
    except BaseException:
        is_over = load.task.done() or load.callers == 1
        if is_over and loads.get(currency) is load:
            del loads[currency]
        if is_over:
            load.task.cancel()
        raise
    finally:
        load.callers -= 1


@app.get("/rates/{currency}")
async def show(currency: str) -> dict:
    """A currency's rate. Given; leave it as it is."""
    return {"currency": currency, "rate": await get_rate(currency)}
