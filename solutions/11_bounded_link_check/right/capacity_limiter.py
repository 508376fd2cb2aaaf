"""anyio's limiter, and its task group, whose tasks fill one dictionary."""

from contextlib import suppress

import anyio


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    limiter = anyio.CapacityLimiter(AT_ONCE)
    found: dict[str, int | None] = dict.fromkeys(urls)

    async def one(url: str) -> None:
        async with limiter:
            with suppress(Exception):
                found[url] = await look_up(url)

    async with anyio.create_task_group() as group:
        for url in urls:
            group.start_soon(one, url)
    return found
