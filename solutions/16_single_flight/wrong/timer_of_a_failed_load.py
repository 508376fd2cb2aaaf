"""The timer starts with the load: that of a load that failed forgets the rate that came after it.

fails: test_kept_for_twenty_seconds = called-too-often
"""


def keep(currency: str, load: asyncio.Task[float]) -> None:
    """A failure is forgotten at once."""
    if load.cancelled() or load.exception():
        loads.pop(currency, None)


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    if currency not in loads:
        loads[currency] = asyncio.create_task(load_rate(currency))
        loads[currency].add_done_callback(lambda load: keep(currency, load))
        asyncio.get_running_loop().call_later(KEPT, loads.pop, currency, None)
    return await asyncio.shield(loads[currency])
