"""lru_cache keeps the coroutine, not the rate, and a coroutine can be awaited once.

fails: test_a_hundred_ask_at_once = server-error
fails: test_who_comes_later_joins = server-error
fails: test_ten_currencies_at_once = server-error
fails: test_kept_for_twenty_seconds = server-error
fails: test_a_rate_of_zero_is_kept = server-error
fails: test_a_failure_is_not_kept = server-error
fails: test_the_first_caller_leaves = server-error
fails: test_another_caller_leaves = server-error
fails: test_all_leave = server-error
"""

import functools

del loads, keep


@functools.lru_cache
def get_rate(currency: str):
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    return load_rate(currency)
