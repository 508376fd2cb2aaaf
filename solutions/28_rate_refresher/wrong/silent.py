"""A failing fetch leaves no line in the log.

fails: test_a_failure_costs_one_round = lost-exception
"""


async def refresh() -> None:
    global rates
    try:
        rates = await fetch_rates()
    except Exception:
        pass
