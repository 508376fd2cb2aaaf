"""Who gives up while the call runs is not let go: the cancellation becomes a None.

fails: test_a_call_that_is_given_up_counts = swallowed-cancel
"""


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    global free_at
    loop = asyncio.get_running_loop()
    begin = max(loop.time(), free_at)
    free_at = begin + PER / RATE
    await asyncio.sleep(begin - loop.time())
    try:
        return await locate(address)
    except asyncio.CancelledError:
        return None
