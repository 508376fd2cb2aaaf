"""Half of what may run: the list takes twice as long.

fails: test_ten_at_a_time = too-few-in-flight
fails: test_a_slow_one_holds_one_place = too-few-in-flight
fails: test_failures_are_null = too-few-in-flight
fails: test_each_list_has_its_ten = too-few-in-flight
fails: test_nobody_waits_too_long_for_a_connection = too-few-in-flight
"""


async def status_of(url: str) -> int | None:
    try:
        return await look_up(url)
    except Exception:
        return None


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    left = iter(urls)
    found: dict[str, int | None] = dict.fromkeys(urls)

    async def work() -> None:
        for url in left:
            found[url] = await status_of(url)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE // 2):
            group.create_task(work())
    return found
