"""The lock is given back when the session has written, and before its transaction commits.

fails: test_fifty_buyers_for_three_pieces = check-then-act
"""

lock = asyncio.Lock()


async def change(item: str, by: int) -> bool:
    """So many pieces more, or fewer: whether there were enough."""
    async with SessionFactory() as session:
        async with lock:
            pieces = await session.scalar(select(Item.pieces).where(Item.name == item))
            if pieces is None or pieces + by < 0:
                return False
            await session.execute(
                update(Item).where(Item.name == item).values(pieces=pieces + by)
            )
        await session.commit()
    return True
