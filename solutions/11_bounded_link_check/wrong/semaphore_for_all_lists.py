"""One semaphore for the program: a second list waits for the first one.

fails: test_each_list_has_its_ten = too-few-in-flight
"""

places = asyncio.Semaphore(AT_ONCE)


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    async def one(url: str) -> int | None:
        async with places:
            try:
                return await look_up(url)
            except Exception:
                return None

    return dict(zip(urls, await asyncio.gather(*map(one, urls))))
