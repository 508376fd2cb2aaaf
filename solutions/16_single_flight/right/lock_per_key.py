"""A lock for each currency, and a second look behind it: who waited finds the rate there."""

from collections import defaultdict

del loads, keep

locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
known: dict[str, tuple[float, float]] = {}


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    loop = asyncio.get_running_loop()
    async with locks[currency]:
        if currency not in known or loop.time() >= known[currency][1]:
            rate = await load_rate(currency)
            known[currency] = rate, loop.time() + KEPT
        return known[currency][0]
