"""The load is nobody's, but the future that all wait for is cancelled by the first who leaves.

fails: test_the_first_caller_leaves = shared-cancel
fails: test_another_caller_leaves = shared-cancel
fails: test_all_leave = shared-cancel
"""

del loads, keep

known: dict[str, tuple[float, float]] = {}
flights: dict[str, asyncio.Future] = {}
tasks: set[asyncio.Task] = set()


async def fly(currency: str, flight: asyncio.Future) -> None:
    try:
        rate = await load_rate(currency)
        known[currency] = rate, asyncio.get_running_loop().time() + KEPT
        if not flight.done():
            flight.set_result(rate)
    except Exception as error:
        if not flight.done():
            flight.set_exception(error)
    finally:
        del flights[currency]


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    loop = asyncio.get_running_loop()
    if currency in known and loop.time() < known[currency][1]:
        return known[currency][0]
    if currency not in flights:
        flights[currency] = loop.create_future()
        task = asyncio.create_task(fly(currency, flights[currency]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    return await flights[currency]
