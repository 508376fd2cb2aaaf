"""Waits on an event for a minute, behind each fetch.

fails: test_every_minute = drift
"""


async def keep_fresh() -> None:
    never = asyncio.Event()
    while True:
        await refresh()
        with suppress(TimeoutError):
            await asyncio.wait_for(never.wait(), PERIOD)
