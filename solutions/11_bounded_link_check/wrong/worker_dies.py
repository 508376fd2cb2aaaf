"""A failure ends the worker: after ten of them the rest of the list is never looked up.

fails: test_failures_are_null = wrong-value
"""


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    queue: asyncio.Queue[str] = asyncio.Queue()
    for url in urls:
        queue.put_nowait(url)
    found: dict[str, int | None] = dict.fromkeys(urls)

    async def work() -> None:
        while not queue.empty():
            url = queue.get_nowait()
            found[url] = await look_up(url)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)), return_exceptions=True)
    return found
