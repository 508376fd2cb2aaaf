"""The sale is stored only where a seat is left: one statement looks and stores it."""


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    async with aiosqlite.connect(PATH) as db:
        sold = await db.execute(
            "INSERT INTO sales SELECT show, ? FROM stock WHERE show = ? AND seats > 0",
            (buyer, show),
        )
        if sold.rowcount == 0:
            raise SoldOutError
        await db.execute("UPDATE stock SET seats = seats - 1 WHERE show = ?", (show,))
        await db.commit()
