"""Each look-up makes a semaphore of its own, and finds ten places free.

fails: test_ten_at_a_time = too-many-in-flight
fails: test_a_slow_one_holds_one_place = too-many-in-flight
fails: test_failures_are_null = too-many-in-flight
fails: test_each_list_has_its_ten = too-many-in-flight
fails: test_nobody_waits_too_long_for_a_connection = wrong-value
fails: test_the_request_is_cancelled = too-many-in-flight
"""


async def check_all(urls: list[str]) -> dict[str, int | None]:
    """Each URL's status, in the list's order; None for one whose look-up fails."""
    async def one(url: str) -> int | None:
        async with asyncio.Semaphore(AT_ONCE):
            try:
                return await look_up(url)
            except Exception:
                return None

    return dict(zip(urls, await asyncio.gather(*map(one, urls))))
