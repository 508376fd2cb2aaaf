"""wait_for does it for one call."""


async def read_sensor() -> float | None:
    try:
        return await asyncio.wait_for(measure(), 1.0)
    except TimeoutError:
        return None
