"""A URL that is there twice has two statuses, and one key: all behind it get another URL's.

fails: test_the_lists_order = wrong-value
"""


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    places = asyncio.Semaphore(AT_ONCE)

    async def status_of(url: str) -> int | None:
        async with places:
            try:
                return await look_up(url)
            except Exception:
                return None

    statuses = await asyncio.gather(*map(status_of, urls))
    return dict(zip(dict.fromkeys(urls), statuses))
