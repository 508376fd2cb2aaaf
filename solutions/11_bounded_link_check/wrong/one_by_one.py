"""One look-up after the other: 20.0 s.

fails: test_ten_at_a_time = one-after-another
fails: test_a_slow_one_holds_one_place = one-after-another
fails: test_failures_are_null = one-after-another
fails: test_short_lists = one-after-another
fails: test_each_list_has_its_ten = one-after-another
fails: test_nobody_waits_too_long_for_a_connection = one-after-another
drawn: sequential
"""


async def status_of(url: str) -> int | None:
    try:
        return await look_up(url)
    except Exception:
        return None


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    return {url: await status_of(url) for url in urls}
