"""A rate of 0.0 counts as no rate at all, so it is loaded each time.

fails: test_a_rate_of_zero_is_kept = called-too-often
"""

del keep

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
