"""A failure throws away the rates that are there: a minute of 503.

fails: test_a_failure_costs_one_round = wrong-status
"""


async def refresh() -> None:
    global rates
    try:
        rates = await fetch_rates()
    except Exception:
        rates = {}
        log.exception("no new rates")
