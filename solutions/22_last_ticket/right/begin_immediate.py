"""The transaction takes the lock for writing before it looks; the database keeps the queue."""


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    async with aiosqlite.connect(PATH, isolation_level=None, timeout=60) as db:
        await db.execute("BEGIN IMMEDIATE")
        found = await db.execute_fetchall("SELECT seats FROM stock WHERE show = ?", (show,))
        ((seats,),) = found
        if seats == 0:
            raise SoldOutError
        await db.execute("UPDATE stock SET seats = seats - 1 WHERE show = ?", (show,))
        await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        await db.commit()
