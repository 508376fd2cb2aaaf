"""It writes only if the number is still the one that it read; else it looks again."""


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    while True:
        async with aiosqlite.connect(PATH) as db:
            found = await db.execute_fetchall("SELECT seats FROM stock WHERE show = ?", (show,))
            ((seats,),) = found
            if seats == 0:
                raise SoldOutError
            await db.commit()
            swapped = await db.execute(
                "UPDATE stock SET seats = ? WHERE show = ? AND seats = ?", (seats - 1, show, seats)
            )
            if swapped.rowcount == 1:
                await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
                await db.commit()
                return
