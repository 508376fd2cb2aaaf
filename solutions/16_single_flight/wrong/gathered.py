"""gather cancels what it waits for when it is cancelled itself, as a plain await does.

fails: test_the_first_caller_leaves = shared-cancel
fails: test_another_caller_leaves = shared-cancel
"""

del keep

known: dict[str, tuple[float, float]] = {}
loads: dict[str, asyncio.Task] = {}


async def load(currency: str) -> float:
    try:
        rate = await load_rate(currency)
        known[currency] = rate, asyncio.get_running_loop().time() + KEPT
        return rate
    finally:
        del loads[currency]


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    if currency in known and asyncio.get_running_loop().time() < known[currency][1]:
        return known[currency][0]
    if currency not in loads:
        loads[currency] = asyncio.create_task(load(currency))
    (rate,) = await asyncio.gather(loads[currency])
    return rate
