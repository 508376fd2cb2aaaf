"""The lock covers the look and the writes, but not the commit: the next one looks before it.

fails: test_fifty_buyers_for_three_tickets = check-then-act
"""

import asyncio

lock = asyncio.Lock()


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    async with aiosqlite.connect(PATH) as db:
        async with lock:
            found = await db.execute_fetchall("SELECT seats FROM stock WHERE show = ?", (show,))
            ((seats,),) = found
            if seats == 0:
                raise SoldOutError
            await db.execute("UPDATE stock SET seats = ? WHERE show = ?", (seats - 1, show))
            await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        await db.commit()
