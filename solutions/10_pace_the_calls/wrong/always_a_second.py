"""Five at a time, with a pause before each five, also when nobody has called for minutes.

fails: test_the_first_one_begins_at_once = too-slow
fails: test_waiters_who_give_up = one-after-another
fails: test_calls_that_fail = one-after-another
"""

del free_at

gate = asyncio.Lock()
count = 0


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    global count
    async with gate:
        if count % RATE == 0:
            await asyncio.sleep(PER)
        count += 1
    return await locate(address)
