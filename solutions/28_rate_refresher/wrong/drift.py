"""The pause begins when the fetch has ended: a round takes a minute and a fetch.

fails: test_every_minute = drift
"""


async def keep_fresh() -> None:
    while True:
        await refresh()
        await asyncio.sleep(PERIOD)
