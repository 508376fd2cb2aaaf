"""The place comes back only after a call that went well: five failures, and nobody calls any more.

fails: test_a_call_that_is_given_up_counts = slot-leak
fails: test_calls_that_fail = slot-leak
fails: test_after_many_failures = slot-leak
"""

del free_at

slots = asyncio.Semaphore(RATE)


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    await slots.acquire()
    found = await locate(address)
    asyncio.get_running_loop().call_later(PER - 0.3, slots.release)
    return found
