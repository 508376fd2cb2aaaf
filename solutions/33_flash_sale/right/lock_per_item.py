"""A lock for each item, and a second look behind it; the price is what those who waited share."""

from collections import defaultdict

locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
waiting: dict[str, list[asyncio.Future]] = defaultdict(list)


async def price_of(item: str) -> int:
    """The price: one load_price(item) for all who ask while it runs, which belongs to nobody."""
    asked = asyncio.get_running_loop().create_future()
    waiting[item].append(asked)
    async with locks[item]:
        if not asked.done():
            mine = list(waiting[item])
            price = await load_price(item)
            for one in {*mine, *waiting[item]}:
                if not one.done():
                    one.set_result(price)
            waiting[item].clear()
        return asked.result()


del loads
