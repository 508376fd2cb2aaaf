"""The cancellation is caught, so that the load ends well: a caller cannot leave any more.

fails: test_the_first_caller_leaves = swallowed-cancel
fails: test_another_caller_leaves = swallowed-cancel
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
    while not loads[currency].done():
        try:
            await asyncio.shield(loads[currency])
        except asyncio.CancelledError:
            pass
    return loads[currency].result()
