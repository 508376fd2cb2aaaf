"""A lock around everything from the look to the commit; one connection, rolled back on failure."""

import asyncio

lock = asyncio.Lock()


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    db = app.state.db
    async with lock:
        try:
            found = await db.execute_fetchall("SELECT seats FROM stock WHERE show = ?", (show,))
            ((seats,),) = found
            if seats == 0:
                raise SoldOutError
            await db.execute("UPDATE stock SET seats = ? WHERE show = ?", (seats - 1, show))
            await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
            await db.commit()
        except BaseException:
            await db.rollback()
            raise
