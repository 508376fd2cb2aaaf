"""Ten workers share one iterator: no two of them get the same URL."""


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    left = iter(urls)
    found: dict[str, int | None] = {}

    async def work() -> None:
        for url in left:
            try:
                found[url] = await look_up(url)
            except Exception:
                found[url] = None

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return {url: found[url] for url in urls}
