"""A caller who gives up gives the place back at once, though the partner has counted the call.

fails: test_a_call_that_is_given_up_counts = over-the-rate
"""

del free_at

places = asyncio.Semaphore(RATE)


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    loop = asyncio.get_running_loop()
    await places.acquire()
    timer = loop.call_later(PER, places.release)
    try:
        return await locate(address)
    except asyncio.CancelledError:
        timer.cancel()
        places.release()
        raise
