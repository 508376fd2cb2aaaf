"""The dictionary is filled as look-ups end: quick links come first.

fails: test_the_lists_order = wrong-value
"""


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    places = asyncio.Semaphore(AT_ONCE)
    found: dict[str, int | None] = {}

    async def one(url: str) -> None:
        async with places:
            try:
                found[url] = await look_up(url)
            except Exception:
                found[url] = None

    await asyncio.gather(*map(one, urls))
    return found
