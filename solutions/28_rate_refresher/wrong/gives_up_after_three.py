"""The third failure in a row ends the loop: the rates are never new again.

fails: test_a_failure_costs_one_round = lost-exception
"""

failures = 0


async def refresh() -> None:
    global rates, failures
    try:
        rates = await fetch_rates()
        failures = 0
    except Exception:
        failures += 1
        log.exception("no new rates")
        if failures == 3:
            raise
