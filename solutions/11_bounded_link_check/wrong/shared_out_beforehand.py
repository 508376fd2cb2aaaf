"""Ten workers, each with a tenth of the list: who is done helps nobody.

fails: test_a_slow_one_holds_one_place = too-few-in-flight
"""


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    found: dict[str, int | None] = dict.fromkeys(urls)
    share = -(-len(urls) // AT_ONCE)

    async def work(first: int) -> None:
        for url in urls[first : first + share]:
            try:
                found[url] = await look_up(url)
            except Exception:
                found[url] = None

    await asyncio.gather(*(work(first) for first in range(0, len(urls), share or 1)))
    return found
