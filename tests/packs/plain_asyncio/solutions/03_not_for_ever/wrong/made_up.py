"""A value that nobody has measured takes the place of None.

fails: test_a_sensor_that_never_answers = made-up-reading
"""


async def read_sensor() -> float | None:
    try:
        return await asyncio.wait_for(measure(), 1.0)
    except TimeoutError:
        return 0.0
