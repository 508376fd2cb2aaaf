"""A URL whose look-up failed once is null for ever: it is not looked up again.

fails: test_failures_are_null = wrong-value
"""

bad: set[str] = set()


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    places = asyncio.Semaphore(AT_ONCE)

    async def status_of(url: str) -> int | None:
        async with places:
            if url in bad:
                return None
            try:
                return await look_up(url)
            except Exception:
                bad.add(url)
                return None

    return dict(zip(urls, await asyncio.gather(*map(status_of, urls))))
