"""The first caller loads for all, and hands on whatever ends it: a cancellation too.

fails: test_the_first_caller_leaves = shared-cancel
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
        rate = await load_rate(currency)
        known[currency] = rate, loop.time() + KEPT
        flight.set_result(rate)
        return rate
    except BaseException as error:
        flight.set_exception(error)
        flight.exception()
        raise
    finally:
        del flights[currency]
