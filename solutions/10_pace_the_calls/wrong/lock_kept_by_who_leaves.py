"""acquire and release without try: who gives up while waiting takes the lock along.

fails: test_waiters_who_give_up = deadlock
"""

del free_at

recent: list[float] = []
gate = asyncio.Lock()


async def paced(address: str) -> dict:
    """What locate(address) returns, begun when the partner allows it: five in any second."""
    loop = asyncio.get_running_loop()
    await gate.acquire()
    if len(recent) >= RATE:
        await asyncio.sleep(max(0.0, recent[-RATE] + PER - loop.time()))
    recent.append(loop.time())
    gate.release()
    return await locate(address)
