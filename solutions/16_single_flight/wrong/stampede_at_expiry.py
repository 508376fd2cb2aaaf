"""Only the very first load is shared: when a rate has grown old, everybody loads a new one.

fails: test_kept_for_twenty_seconds = called-too-often
"""

del keep

known: dict[str, tuple[float, float]] = {}
loads: dict[str, asyncio.Task] = {}


async def load(currency: str) -> float:
    rate = await load_rate(currency)
    known[currency] = rate, asyncio.get_running_loop().time() + KEPT
    return rate


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    if currency in known:
        rate, until = known[currency]
        return rate if asyncio.get_running_loop().time() < until else await load(currency)
    if currency not in loads:
        loads[currency] = asyncio.create_task(load(currency))
        loads[currency].add_done_callback(lambda _: loads.pop(currency))
    return await asyncio.shield(loads[currency])
