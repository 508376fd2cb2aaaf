"""BEGIN alone locks nothing: it begins with the first statement, which is a look.

fails: test_fifty_buyers_for_one_ticket = server-error
fails: test_fifty_buyers_for_three_tickets = server-error
fails: test_two_shows_at_once = server-error
fails: test_a_refusal_beside_other_sales = wrong-value
"""


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    async with aiosqlite.connect(PATH, isolation_level=None) as db:
        await db.execute("BEGIN")
        found = await db.execute_fetchall("SELECT seats FROM stock WHERE show = ?", (show,))
        ((seats,),) = found
        if seats == 0:
            raise SoldOutError
        await db.execute("UPDATE stock SET seats = ? WHERE show = ?", (seats - 1, show))
        await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        await db.commit()
