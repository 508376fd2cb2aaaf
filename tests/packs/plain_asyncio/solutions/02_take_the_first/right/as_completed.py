"""as_completed hands them back as they end."""


async def fastest() -> str:
    tasks = [asyncio.create_task(near()), asyncio.create_task(far())]
    try:
        return await next(asyncio.as_completed(tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
