"""A lock around the look and the write, which is given back before the payment."""

taking = asyncio.Lock()


async def change(item: str, by: int) -> bool:
    async with taking, SessionFactory() as session:
        found = await session.get(Item, item)
        if found is None or found.pieces + by < 0:
            return False
        found.pieces += by
        await session.commit()
        return True
