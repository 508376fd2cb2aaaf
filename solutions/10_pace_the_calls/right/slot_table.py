"""Five slots in a heap, each with the moment from which it is free; a caller takes the earliest."""

import heapq

del free_at

free = [0.0] * RATE


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    loop = asyncio.get_running_loop()
    begin = max(loop.time(), free[0])
    heapq.heapreplace(free, begin + PER)
    await asyncio.sleep(begin - loop.time())
    return await locate(address)
