"""What fails is missing in the answer, so that a page without bad links looks the same.

fails: test_failures_are_null = wrong-value
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
                pass

    await asyncio.gather(*map(one, urls))
    return {url: found[url] for url in urls if url in found}
