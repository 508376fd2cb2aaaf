"""The moment of the next fetch is computed when the last one has ended.

fails: test_every_minute = drift
"""


async def keep_fresh() -> None:
    loop = asyncio.get_running_loop()
    while True:
        await refresh()
        due = loop.time() + PERIOD
        await asyncio.sleep(due - loop.time())
