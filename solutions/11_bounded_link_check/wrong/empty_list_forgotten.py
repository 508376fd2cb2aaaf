"""asyncio.wait wants at least one task: a page without links is a 500.

fails: test_short_lists = server-error
"""


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(url: str) -> int | None:
        async with places:
            try:
                return await look_up(url)
            except Exception:
                return None

    tasks = {url: asyncio.create_task(one(url)) for url in urls}
    try:
        await asyncio.wait(tasks.values())
    finally:
        for task in tasks.values():
            task.cancel()
    return {url: task.result() for url, task in tasks.items()}
