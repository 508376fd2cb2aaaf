"""Ten workers take from the end of a list of what is left."""


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    found: dict[str, int | None] = dict.fromkeys(urls)
    left = list(urls)

    async def work() -> None:
        while left:
            url = left.pop()
            try:
                found[url] = await look_up(url)
            except Exception:
                found[url] = None

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return found
