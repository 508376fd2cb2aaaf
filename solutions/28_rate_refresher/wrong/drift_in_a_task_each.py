"""Each fetch has a task of its own; the next minute begins when it has ended.

fails: test_every_minute = drift
fails: test_the_stop_ends_a_fetch = wrong-drain
"""


async def keep_fresh() -> None:
    while True:
        round_ = asyncio.create_task(refresh())
        await asyncio.wait({round_})
        await asyncio.sleep(PERIOD)
