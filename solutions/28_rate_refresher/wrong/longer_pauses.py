"""Each failure after another one doubles the pause: the minutes are no minutes any more.

fails: test_a_failure_costs_one_round = not-called
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


async def keep_fresh() -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        await refresh()
        due += PERIOD * 2 ** max(0, failures - 1)
        await asyncio.sleep(due - loop.time())
