"""Who finds a load on its way waits for its end, and looks again; the end comes in any case."""

del loads, keep

known: dict[str, tuple[float, float]] = {}
under_way: dict[str, asyncio.Event] = {}


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    loop = asyncio.get_running_loop()
    while True:
        if currency in known and loop.time() < known[currency][1]:
            return known[currency][0]
        if currency not in under_way:
            break
        await under_way[currency].wait()
    ended = under_way[currency] = asyncio.Event()
    try:
        rate = await load_rate(currency)
        known[currency] = rate, loop.time() + KEPT
        return rate
    finally:
        del under_way[currency]
        ended.set()
