"""The lock is held while the partner works, so that one call waits for the other: 10.0 s.

fails: test_nobody_waits_longer_than_needed = one-after-another
fails: test_the_first_one_begins_at_once = one-after-another
fails: test_calls_that_come_one_by_one = one-after-another
fails: test_waiters_who_give_up = one-after-another
fails: test_a_call_that_is_given_up_counts = one-after-another
fails: test_calls_that_fail = over-the-rate
"""

del free_at

gate = asyncio.Lock()


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    async with gate:
        found = await locate(address)
        await asyncio.sleep(PER / RATE)
        return found
