"""Ten and ten: each batch waits for its slowest URL while nine places are empty.

fails: test_a_slow_one_holds_one_place = stalled-batch
"""


async def status_of(url: str) -> int | None:
    try:
        return await look_up(url)
    except Exception:
        return None


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    found: dict[str, int | None] = {}
    for first in range(0, len(urls), AT_ONCE):
        batch = urls[first : first + AT_ONCE]
        found |= zip(batch, await asyncio.gather(*map(status_of, batch)))
    return found
