"""The load is shared and forgotten as soon as it is there: the next caller waits again.

fails: test_kept_for_twenty_seconds = called-too-often
fails: test_a_rate_of_zero_is_kept = called-too-often
"""

del keep

loads: dict[str, asyncio.Task] = {}


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    if currency not in loads:
        loads[currency] = asyncio.create_task(load_rate(currency))
        loads[currency].add_done_callback(lambda _: loads.pop(currency))
    return await asyncio.shield(loads[currency])
