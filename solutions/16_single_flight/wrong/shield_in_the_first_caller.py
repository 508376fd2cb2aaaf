"""The load survives the first caller, and nobody is left to tell the others its result.

fails: test_the_first_caller_leaves = deadlock
fails: test_all_leave = deadlock
"""

del loads, keep

known: dict[str, tuple[float, float]] = {}
flights: dict[str, asyncio.Future] = {}


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    loop = asyncio.get_running_loop()
    if currency in known and loop.time() < known[currency][1]:
        return known[currency][0]
    if currency in flights:
        return await asyncio.shield(flights[currency])
    flight = flights[currency] = loop.create_future()
    try:
        rate = await asyncio.shield(load_rate(currency))
    except Exception as error:
        del flights[currency]
        flight.set_exception(error)
        flight.exception()
        raise
    known[currency] = rate, loop.time() + KEPT
    del flights[currency]
    flight.set_result(rate)
    return rate
