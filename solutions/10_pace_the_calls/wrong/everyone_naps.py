"""Everybody sleeps for 0.2 s first: that only moves the crowd to a later moment.

fails: test_never_more_than_five_in_a_second = over-the-rate
fails: test_the_first_one_begins_at_once = one-after-another
fails: test_quiet_seconds_are_not_saved_up = over-the-rate
fails: test_calls_that_come_one_by_one = over-the-rate
fails: test_waiters_who_give_up = over-the-rate
fails: test_calls_that_fail = over-the-rate
"""

del free_at


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    await asyncio.sleep(PER / RATE)
    return await locate(address)
