"""time.sleep waits with the whole server: nobody else is served meanwhile.

fails: test_others_are_served_meanwhile = blocked-loop
drawn: blocking
"""

import time


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    global free_at
    begin = max(time.monotonic(), free_at)
    free_at = begin + PER / RATE
    time.sleep(begin - time.monotonic())
    return await locate(address)
