"""A second failure in a row throws the old rates away: 503 until the bank is back.

fails: test_a_failure_costs_one_round = wrong-status
"""

failures = 0


async def refresh() -> None:
    global rates, failures
    try:
        rates = await fetch_rates()
        failures = 0
    except Exception:
        failures += 1
        if failures > 1:
            rates = {}
        log.exception("no new rates")
