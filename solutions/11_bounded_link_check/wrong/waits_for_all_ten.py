"""asyncio.wait without return_when waits for all ten before it starts the next.

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
    running: dict[asyncio.Task, str] = {}
    try:
        for number, url in enumerate(urls, 1):
            running[asyncio.create_task(status_of(url))] = url
            if len(running) == AT_ONCE or number == len(urls):
                await asyncio.wait(running)
                found |= {done: task.result() for task, done in running.items()}
                running = {}
    finally:
        for task in running:
            task.cancel()
    return found
