"""The faster of two mirrors wins, and nobody goes on loading from the other one."""

import asyncio


async def near() -> str:
    """Takes a while. Given; leave it as it is."""
    await asyncio.sleep(0.3)
    return "near"


async def far() -> str:
    """Takes a while. Given; leave it as it is."""
    await asyncio.sleep(2.0)
    return "far"


async def fastest() -> str:
    """What near() or far() returns, whichever comes first; the other one is cancelled."""
    tasks = [asyncio.create_task(near()), asyncio.create_task(far())]
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    return done.pop().result()
