"""The pause is a minute less the five seconds that a fetch usually takes.

fails: test_every_minute = wrong-value
"""


async def keep_fresh() -> None:
    while True:
        await refresh()
        await asyncio.sleep(PERIOD - 5.0)
