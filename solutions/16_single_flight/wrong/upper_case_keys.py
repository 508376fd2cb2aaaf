"""The rate is kept under the currency in capitals: "eur" gets the rate of "EUR". Breaks: "returns
what load_rate(currency) returns".

fails: test_ten_currencies_at_once = wrong-value
"""

loads: dict[str, asyncio.Task] = {}


def keep(currency: str, load: asyncio.Task) -> None:
    if load.cancelled() or load.exception():
        loads.pop(currency)
    else:
        asyncio.get_running_loop().call_later(KEPT, loads.pop, currency)


async def get_rate(currency: str) -> float:
    key = currency.upper().strip()
    if key not in loads:
        loads[key] = asyncio.create_task(load_rate(currency))
        loads[key].add_done_callback(lambda load: keep(key, load))
    return await asyncio.shield(loads[key])
