"""A look in one statement, the taking in another: many see the last piece.

fails: test_fifty_buyers_for_three_pieces = check-then-act
"""


async def change(item: str, by: int) -> bool:
    async with SessionFactory() as session:
        found = await session.get(Item, item)
        if found is None or found.pieces + by < 0:
            return False
        found.pieces += by
        await session.commit()
        return True
