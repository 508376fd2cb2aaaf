"""It guards against two kinds of exceptions: any other one ends the loop.

fails: test_a_failure_costs_one_round = lost-exception
"""


async def refresh() -> None:
    global rates
    try:
        rates = await fetch_rates()
    except (OSError, RuntimeError):
        log.exception("no new rates")
