"""A semaphore limits how many run at once: each ends after 0.3 s and lets the next one begin.

fails: test_never_more_than_five_in_a_second = over-the-rate
fails: test_quiet_seconds_are_not_saved_up = over-the-rate
fails: test_calls_that_come_one_by_one = over-the-rate
fails: test_waiters_who_give_up = over-the-rate
fails: test_a_call_that_is_given_up_counts = over-the-rate
fails: test_calls_that_fail = over-the-rate
"""

del free_at

slots = asyncio.Semaphore(RATE)


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    async with slots:
        return await locate(address)
