"""Each request makes a lock of its own: nobody waits at it.

fails: test_fifty_buyers_for_one_ticket = check-then-act
fails: test_fifty_buyers_for_three_tickets = check-then-act
fails: test_two_shows_at_once = check-then-act
fails: test_a_refusal_beside_other_sales = check-then-act
"""

import asyncio


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    async with asyncio.Lock(), aiosqlite.connect(PATH) as db:
        found = await db.execute_fetchall("SELECT seats FROM stock WHERE show = ?", (show,))
        ((seats,),) = found
        if seats == 0:
            raise SoldOutError
        await db.execute("UPDATE stock SET seats = ? WHERE show = ?", (seats - 1, show))
        await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        await db.commit()
