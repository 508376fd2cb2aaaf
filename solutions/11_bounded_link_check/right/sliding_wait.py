"""At most ten tasks at a time: when one has ended, the next is started."""


async def status_of(url: str) -> int | None:
    try:
        return await look_up(url)
    except Exception:
        return None


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    found: dict[str, int | None] = dict.fromkeys(urls)
    running: dict[asyncio.Task, str] = {}

    async def collect(how: str) -> None:
        done, _ = await asyncio.wait(running, return_when=how)
        for task in done:
            found[running.pop(task)] = task.result()

    try:
        for url in urls:
            if len(running) == AT_ONCE:
                await collect(asyncio.FIRST_COMPLETED)
            running[asyncio.create_task(status_of(url))] = url
        if running:
            await collect(asyncio.ALL_COMPLETED)
    finally:
        for task in running:
            task.cancel()
    return found
