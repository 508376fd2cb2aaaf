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
    raise NotImplementedError("take_the_first: return the first result, end the other call")
