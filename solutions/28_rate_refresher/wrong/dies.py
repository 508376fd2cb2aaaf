"""The first failure ends the task, and the rates are never new again.

fails: test_a_failure_costs_one_round = lost-exception
"""

del refresh


async def keep_fresh() -> None:
    global rates
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        rates = await fetch_rates()
        due += PERIOD
        await asyncio.sleep(due - loop.time())
