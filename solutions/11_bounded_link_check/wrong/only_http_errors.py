"""A URL that is none raises httpx.InvalidURL, which is no httpx.HTTPError.

fails: test_failures_are_null = server-error
"""


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(url: str) -> int | None:
        async with places:
            try:
                return await look_up(url)
            except httpx.HTTPError:
                return None

    return dict(zip(urls, await asyncio.gather(*map(one, urls))))
