"""Two values are there sooner when both are fetched at the same time."""

import asyncio


async def left() -> int:
    """Takes 1.0 s. Given; leave it as it is."""
    await asyncio.sleep(1.0)
    return 1


async def right() -> int:
    """Takes 0.5 s. Given; leave it as it is."""
    await asyncio.sleep(0.5)
    return 2


async def both() -> list:
    """What left() and right() return, in that order."""
    return list(await asyncio.gather(left(), right()))
