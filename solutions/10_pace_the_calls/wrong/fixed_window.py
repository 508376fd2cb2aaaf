"""Counting starts anew each second: five at the end of one and five in the next are ten in no time.

fails: test_calls_that_come_one_by_one = over-the-rate
"""

del free_at

window = 0.0
used = 0
gate = asyncio.Lock()


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    global window, used
    loop = asyncio.get_running_loop()
    async with gate:
        if used == RATE and loop.time() < window + PER:
            await asyncio.sleep(window + PER - loop.time())
        if loop.time() >= window + PER:
            window, used = loop.time(), 0
        used += 1
    return await locate(address)
