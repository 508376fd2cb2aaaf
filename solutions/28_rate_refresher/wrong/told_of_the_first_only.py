"""While the bank is down, only the first failure is logged, and the others in silence.

fails: test_a_failure_costs_one_round = lost-exception
"""

failures = 0


async def refresh() -> None:
    global rates, failures
    try:
        rates = await fetch_rates()
        failures = 0
    except Exception:
        if not failures:
            log.exception("no new rates")
        failures += 1
