"""The minute runs beside the fetch: a round has ended when both have."""


async def keep_fresh() -> None:
    while True:
        await asyncio.gather(refresh(), asyncio.sleep(PERIOD))
