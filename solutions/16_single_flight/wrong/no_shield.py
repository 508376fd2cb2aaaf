"""Who awaits a task hands on a cancellation to it: one caller leaves, and the load is over for all.

fails: test_the_first_caller_leaves = shared-cancel
fails: test_another_caller_leaves = shared-cancel
"""

loads: dict[str, asyncio.Task] = {}


def keep(currency: str, load: asyncio.Task) -> None:
    if load.cancelled() or load.exception():
        del loads[currency]
    else:
        asyncio.get_running_loop().call_later(KEPT, loads.pop, currency)


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    if currency not in loads:
        loads[currency] = asyncio.create_task(load_rate(currency))
        loads[currency].add_done_callback(lambda load: keep(currency, load))
    return await loads[currency]
