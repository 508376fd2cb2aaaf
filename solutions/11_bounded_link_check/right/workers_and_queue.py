"""Ten workers take URL after URL from a queue until it is empty."""


async def status_of(url: str) -> int | None:
    try:
        return await look_up(url)
    except Exception:
        return None


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    queue: asyncio.Queue[str] = asyncio.Queue()
    for url in urls:
        queue.put_nowait(url)
    found: dict[str, int | None] = dict.fromkeys(urls)

    async def work() -> None:
        while not queue.empty():
            url = queue.get_nowait()
            found[url] = await status_of(url)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work())
    return found
