"""The first URL that fails takes the whole list with it.

fails: test_failures_are_null = server-error
"""


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(url: str) -> int:
        async with places:
            return await look_up(url)

    return dict(zip(urls, await asyncio.gather(*map(one, urls))))
