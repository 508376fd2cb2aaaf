"""A failed look-up keeps its place: after ten of them nobody gets one.

fails: test_failures_are_null = slot-leak
"""


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(url: str) -> int | None:
        await places.acquire()
        try:
            found = await look_up(url)
        except Exception:
            return None
        places.release()
        return found

    return dict(zip(urls, await asyncio.gather(*map(one, urls))))
