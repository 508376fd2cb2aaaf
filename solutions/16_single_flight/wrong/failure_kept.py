"""The failed task is kept like a rate: one bad second, and the currency is gone for twenty.

fails: test_kept_for_twenty_seconds = not-called
fails: test_a_failure_is_not_kept = not-called
"""

del keep

loads: dict[str, asyncio.Task] = {}


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    if currency not in loads:
        loads[currency] = asyncio.create_task(load_rate(currency))
        asyncio.get_running_loop().call_later(KEPT, loads.pop, currency)
    return await asyncio.shield(loads[currency])
