"""Ten workers, and a barrier after each URL: the quick ones wait for the slow one.

fails: test_a_slow_one_holds_one_place = stalled-batch
"""


async def status_of(url: str) -> int | None:
    try:
        return await look_up(url)
    except Exception:
        return None


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    found: dict[str, int | None] = dict.fromkeys(urls)
    step = asyncio.Barrier(AT_ONCE)

    async def work(number: int) -> None:
        for at in range(number, -(-len(urls) // AT_ONCE) * AT_ONCE, AT_ONCE):
            if at < len(urls):
                found[urls[at]] = await status_of(urls[at])
            await step.wait()

    async with asyncio.TaskGroup() as group:
        for number in range(AT_ONCE):
            group.create_task(work(number))
    return found
