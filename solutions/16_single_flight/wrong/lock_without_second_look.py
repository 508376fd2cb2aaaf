"""The lock makes a hundred loads queue: who waited does not look whether it is still needed.

fails: test_a_hundred_ask_at_once = called-too-often
fails: test_who_comes_later_joins = called-too-often
fails: test_ten_currencies_at_once = called-too-often
fails: test_kept_for_twenty_seconds = called-too-often
fails: test_a_rate_of_zero_is_kept = called-too-often
fails: test_a_failure_is_not_kept = called-too-often
fails: test_the_first_caller_leaves = called-too-often
fails: test_another_caller_leaves = called-too-often
"""

from collections import defaultdict

del loads, keep

known: dict[str, tuple[float, float]] = {}
locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    loop = asyncio.get_running_loop()
    if currency in known and loop.time() < known[currency][1]:
        return known[currency][0]
    async with locks[currency]:
        known[currency] = await load_rate(currency), loop.time() + KEPT
        return known[currency][0]
