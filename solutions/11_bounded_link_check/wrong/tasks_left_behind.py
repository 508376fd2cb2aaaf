"""When the request is cancelled, the tasks that asyncio.wait waits for go on.

fails: test_the_request_is_cancelled = still-running
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

    if not urls:
        return {}
    tasks = {url: asyncio.create_task(one(url)) for url in urls}
    await asyncio.wait(tasks.values())
    return {url: task.result() for url, task in tasks.items()}
