"""Whoever is cancelled cancels the load, and with it all the others who wait for it.

fails: test_who_asked_first_is_cancelled = shared-cancel
"""


async def price_of(item: str) -> int:
    """The price: one load_price(item) for all who ask while it runs, which belongs to nobody."""
    if item not in loads:
        loads[item] = asyncio.create_task(load_price(item))
        loads[item].add_done_callback(lambda _: loads.pop(item))
    return await loads[item]
