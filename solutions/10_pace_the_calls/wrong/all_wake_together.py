"""All who find five calls wait for the same moment, and nobody looks again when it has come.

fails: test_never_more_than_five_in_a_second = over-the-rate
fails: test_quiet_seconds_are_not_saved_up = over-the-rate
fails: test_calls_that_come_one_by_one = over-the-rate
"""

begun: list[float] = []


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    loop = asyncio.get_running_loop()
    now = loop.time()
    begun[:] = [moment for moment in begun if now - moment < PER]
    if len(begun) >= RATE:
        await asyncio.sleep(begun[-RATE] + PER - now)
    begun.append(loop.time())
    return await locate(address)
