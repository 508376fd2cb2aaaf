"""lru_cache keeps the coroutine, not the rate, and a coroutine can be awaited once.

fails: test_a_hundred_ask_at_once = unexpected-error
fails: test_who_comes_later_joins = unexpected-error
fails: test_ten_currencies_at_once = unexpected-error
fails: test_kept_for_twenty_seconds = unexpected-error
fails: test_a_rate_of_zero_is_kept = unexpected-error
fails: test_a_failure_is_not_kept = unexpected-error
fails: test_the_first_caller_leaves = unexpected-error
fails: test_another_caller_leaves = unexpected-error
fails: test_all_leave = unexpected-error
"""

import asyncio
import functools

from fastapi import FastAPI

KEPT = 20.0
"""Seconds for which a rate is kept."""

app = FastAPI()


async def load_rate(currency: str) -> float:
    """The bank's rate of a currency: takes half a second, and may raise. Given; leave it as it is."""
    await asyncio.sleep(0.5)
    return len(currency) / 4


@functools.lru_cache
def get_rate(currency: str):
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    return load_rate(currency)


@app.get("/rates/{currency}")
async def show(currency: str) -> dict:
    """A currency's rate. Given; leave it as it is."""
    return {"currency": currency, "rate": await get_rate(currency)}
