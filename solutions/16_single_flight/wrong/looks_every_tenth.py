"""The others look every 0.1 s whether the rate is there: up to 0.1 s too late, and a lot of looking.

fails: test_who_comes_later_joins = one-after-another
fails: test_the_first_caller_leaves = one-after-another
"""

del loads, keep

known: dict[str, tuple[float, float]] = {}
under_way: set[str] = set()


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    loop = asyncio.get_running_loop()
    while currency in under_way:
        await asyncio.sleep(0.1)
    if currency not in known or loop.time() >= known[currency][1]:
        under_way.add(currency)
        try:
            known[currency] = await load_rate(currency), loop.time() + KEPT
        finally:
            under_way.discard(currency)
    return known[currency][0]
