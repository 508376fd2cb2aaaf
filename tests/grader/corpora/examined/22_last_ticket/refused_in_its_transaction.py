"""Who finds no ticket leaves the transaction open that was begun to look for one.

fails: test_sold_out = server-error
says: Line
says: began a transaction for POST
says: , which is over, and nothing has committed it
"""

import asyncio

turn = asyncio.Lock()


async def sell(show: int, buyer: int) -> None:
    db = app.state.db
    async with turn:
        await db.execute("BEGIN IMMEDIATE")  # here
        found = await db.execute("SELECT seats FROM stock WHERE show = ?", (show,))
        (seats,) = await found.fetchone()
        if seats == 0:
            raise SoldOutError
        await db.execute("UPDATE stock SET seats = seats - 1 WHERE show = ?", (show,))
        await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        await db.commit()
