"""A task group for each ten is left when all its tasks have ended, the slowest included.

fails: test_a_slow_one_holds_one_place = stalled-batch
"""


async def status_of(url: str) -> int | None:
    try:
        return await look_up(url)
    except Exception:
        return None


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    found: dict[str, int | None] = {}
    left = list(urls)
    while left:
        ten, left = left[:AT_ONCE], left[AT_ONCE:]
        async with asyncio.TaskGroup() as group:
            tasks = {url: group.create_task(status_of(url)) for url in ten}
        for url, task in tasks.items():
            found[url] = task.result()
    return found
