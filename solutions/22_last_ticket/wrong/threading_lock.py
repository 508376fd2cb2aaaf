"""A lock for threads: who waits for it holds the event loop, and the owner cannot go on.

fails: test_fifty_buyers_for_one_ticket = deadlock
fails: test_fifty_buyers_for_three_tickets = deadlock
fails: test_two_shows_at_once = deadlock
fails: test_a_refusal_beside_other_sales = deadlock
"""

import threading

lock = threading.Lock()


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    with lock:
        async with aiosqlite.connect(PATH) as db:
            found = await db.execute_fetchall("SELECT seats FROM stock WHERE show = ?", (show,))
            ((seats,),) = found
            if seats == 0:
                raise SoldOutError
            await db.execute("UPDATE stock SET seats = ? WHERE show = ?", (seats - 1, show))
            await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
            await db.commit()
