"""The exception of a load is kept as a rate is, and raised for whoever asks within twenty seconds.

fails: test_kept_for_twenty_seconds = not-called
says: load_rate was not called again: an earlier call (line
says: has kept its exception in `kept` (line
"""

kept: dict = {}
loading: dict = {}
del keep, loads


async def fetch(currency: str) -> None:
    try:
        rate = await load_rate(currency)
    except Exception as error:
        rate = error
    kept[currency] = rate  # here
    asyncio.get_running_loop().call_later(KEPT, kept.pop, currency)
    del loading[currency]


async def get_rate(currency: str) -> float:
    if currency not in kept:
        if currency not in loading:
            loading[currency] = asyncio.create_task(fetch(currency))
        await asyncio.shield(loading[currency])
    if isinstance(kept[currency], Exception):
        raise kept[currency]
    return kept[currency]
