"""An UPDATE that finds no ticket has begun a transaction all the same, which stays open.

fails: test_fifty_buyers_for_one_ticket = server-error
says: began a transaction for POST
says: So the test itself met OperationalError: database is locked
"""

import asyncio

turn = asyncio.Lock()


async def sell(show: int, buyer: int) -> None:
    db = app.state.db
    async with turn:
        taken = await db.execute(  # here
            "UPDATE stock SET seats = seats - 1 WHERE show = ? AND seats > 0", (show,)
        )
        if taken.rowcount == 0:
            raise SoldOutError
        await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        await db.commit()
