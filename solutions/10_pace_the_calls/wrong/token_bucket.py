"""A bucket that is full at the start lets five through, and fills again meanwhile: nine in a second.

fails: test_never_more_than_five_in_a_second = over-the-rate
fails: test_quiet_seconds_are_not_saved_up = over-the-rate
fails: test_calls_that_come_one_by_one = over-the-rate
fails: test_waiters_who_give_up = over-the-rate
fails: test_a_call_that_is_given_up_counts = over-the-rate
fails: test_calls_that_fail = over-the-rate
"""

del free_at

tokens = float(RATE)
filled_at = 0.0
gate = asyncio.Lock()


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    global tokens, filled_at
    loop = asyncio.get_running_loop()
    async with gate:
        tokens = min(RATE, tokens + (loop.time() - filled_at) * RATE / PER)
        filled_at = loop.time()
        if tokens < 1:
            await asyncio.sleep((1 - tokens) * PER / RATE)
            tokens, filled_at = 1.0, loop.time()
        tokens -= 1
    return await locate(address)
