"""What was loaded once is never loaded again: the rates of the day on which the server started.

fails: test_kept_for_twenty_seconds = not-called
"""

del keep

loads: dict[str, asyncio.Task] = {}


def forget_failure(currency: str, load: asyncio.Task) -> None:
    if load.cancelled() or load.exception():
        del loads[currency]


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    if currency not in loads:
        loads[currency] = asyncio.create_task(load_rate(currency))
        loads[currency].add_done_callback(lambda load: forget_failure(currency, load))
    return await asyncio.shield(loads[currency])
