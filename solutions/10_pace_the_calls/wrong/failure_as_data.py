"""The partner's failure becomes an answer: the caller takes an empty place for a found one.

fails: test_calls_that_fail = lost-exception
fails: test_after_many_failures = lost-exception
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
    except Exception:
        return {}
