"""A future for each load, which a task of nobody's fills; rates and loads are kept apart."""

import time

del loads, keep

known: dict[str, tuple[float, float]] = {}
flights: dict[str, asyncio.Future[float]] = {}
tasks: set[asyncio.Task] = set()


async def fly(currency: str, flight: asyncio.Future[float]) -> None:
    try:
        rate = await load_rate(currency)
    except Exception as error:
        flight.set_exception(error)
        flight.exception()  # somebody has looked at it, even when all have gone
    else:
        known[currency] = rate, time.monotonic() + KEPT
        flight.set_result(rate)
    finally:
        del flights[currency]


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    if currency in known and time.monotonic() < known[currency][1]:
        return known[currency][0]
    if currency not in flights:
        flight = flights[currency] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(fly(currency, flight))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    return await asyncio.shield(flights[currency])
