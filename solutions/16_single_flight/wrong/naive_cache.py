"""All who ask before the first answer is there find nothing, and load it themselves.

fails: test_a_hundred_ask_at_once = called-too-often
fails: test_who_comes_later_joins = called-too-often
fails: test_ten_currencies_at_once = called-too-often
fails: test_kept_for_twenty_seconds = called-too-often
fails: test_a_rate_of_zero_is_kept = called-too-often
fails: test_a_failure_is_not_kept = called-too-often
fails: test_the_first_caller_leaves = called-too-often
fails: test_another_caller_leaves = called-too-often
fails: test_all_leave = called-too-often
"""

del loads, keep

known: dict[str, tuple[float, float]] = {}


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    loop = asyncio.get_running_loop()
    if currency not in known or loop.time() >= known[currency][1]:
        known[currency] = await load_rate(currency), loop.time() + KEPT
    return known[currency][0]
