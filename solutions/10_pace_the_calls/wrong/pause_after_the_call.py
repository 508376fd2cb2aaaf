"""Each place is kept for the call and a second more: five calls every 1.3 s.

fails: test_nobody_waits_longer_than_needed = too-few-in-flight
fails: test_the_first_one_begins_at_once = too-slow
fails: test_calls_that_come_one_by_one = too-few-in-flight
fails: test_waiters_who_give_up = too-few-in-flight
fails: test_a_call_that_is_given_up_counts = over-the-rate
fails: test_calls_that_fail = over-the-rate
"""

del free_at

slots = asyncio.Semaphore(RATE)


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    async with slots:
        found = await locate(address)
        await asyncio.sleep(PER)
        return found
