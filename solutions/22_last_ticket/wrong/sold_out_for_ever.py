"""A show that was sold out once stays so: seats that come back are never sold.

fails: test_fifty_buyers_for_one_ticket = wrong-value
"""

gone: set[int] = set()


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    if show in gone:
        raise SoldOutError
    async with aiosqlite.connect(PATH) as db:
        taken = await db.execute(
            "UPDATE stock SET seats = seats - 1 WHERE show = ? AND seats > 0", (show,)
        )
        if taken.rowcount == 0:
            gone.add(show)
            raise SoldOutError
        await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        await db.commit()
