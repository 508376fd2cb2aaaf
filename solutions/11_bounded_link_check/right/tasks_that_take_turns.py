"""Each task waits for an Event of its own; who has ended wakes the next in the row."""

from collections import deque


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    free = AT_ONCE
    row: deque[asyncio.Event] = deque()

    async def one(url: str) -> int | None:
        nonlocal free
        if free == 0:
            turn = asyncio.Event()
            row.append(turn)
            await turn.wait()
        else:
            free -= 1
        try:
            return await look_up(url)
        except Exception:
            return None
        finally:
            if row:
                row.popleft().set()
            else:
                free += 1

    async with asyncio.TaskGroup() as group:
        tasks = {url: group.create_task(one(url)) for url in urls}
    return {url: task.result() for url, task in tasks.items()}
