"""The minute runs beside the fetch: a round has ended when both have."""


async def keep_fresh() -> None:
    while True:
        async with asyncio.TaskGroup() as group:
            group.create_task(refresh())
            group.create_task(asyncio.sleep(PERIOD))
