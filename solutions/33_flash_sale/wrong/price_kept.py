"""A price, and a failure too, is kept for ever.

fails: test_prices_of_three_items = too-early
fails: test_a_price_that_fails = wrong-status
"""


async def price_of(item: str) -> int:
    """The price: one load_price(item) for all who ask while it runs, which belongs to nobody."""
    if item not in loads:
        loads[item] = asyncio.create_task(load_price(item))
    return await asyncio.shield(loads[item])
