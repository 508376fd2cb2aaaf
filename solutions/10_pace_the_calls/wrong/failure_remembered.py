"""An address that could not be found once is never looked for again: its exception is kept.

fails: test_calls_that_fail = not-called
"""

failures: dict[str, Exception] = {}


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    global free_at
    loop = asyncio.get_running_loop()
    begin = max(loop.time(), free_at)
    free_at = begin + PER / RATE
    if address in failures:
        raise failures[address]
    await asyncio.sleep(begin - loop.time())
    try:
        return await locate(address)
    except Exception as error:
        failures[address] = error
        raise
