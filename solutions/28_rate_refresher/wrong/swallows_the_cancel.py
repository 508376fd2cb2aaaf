"""BaseException holds the cancellation as well: the loop goes on, and the stop waits for it.

fails: test_the_stop_ends_a_fetch = swallowed-cancel
"""


async def refresh() -> None:
    global rates
    try:
        rates = await fetch_rates()
    except BaseException:
        log.exception("no new rates")
