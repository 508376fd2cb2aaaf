"""A sensor that does not answer is given up after a second."""

import asyncio


async def measure() -> float:
    """Takes a while. Given; leave it as it is."""
    await asyncio.sleep(0.2)
    return 21.5


async def read_sensor() -> float | None:
    """What measure() returns; None when it takes longer than 1.0 s."""
    raise NotImplementedError("not_for_ever: wait for measure() for at most a second")
