"""All read the same moment before anyone has moved it on, so all wait equally long.

fails: test_never_more_than_five_in_a_second = over-the-rate
fails: test_quiet_seconds_are_not_saved_up = over-the-rate
fails: test_calls_that_come_one_by_one = over-the-rate
fails: test_waiters_who_give_up = over-the-rate
fails: test_a_call_that_is_given_up_counts = over-the-rate
fails: test_calls_that_fail = over-the-rate
"""

del free_at

last = float("-inf")


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    global last
    loop = asyncio.get_running_loop()
    if loop.time() < last + PER / RATE:
        await asyncio.sleep(last + PER / RATE - loop.time())
    last = loop.time()
    return await locate(address)
