"""The statuses of all lists are in one dictionary: a list may show what another one was told.

fails: test_each_list_has_its_ten = wrong-value
"""

found: dict[str, int | None] = {}


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    places = asyncio.Semaphore(AT_ONCE)

    async def status_of(url: str) -> None:
        async with places:
            try:
                found[url] = await look_up(url)
            except Exception:
                found[url] = None

    await asyncio.gather(*map(status_of, urls))
    return {url: found[url] for url in urls}
