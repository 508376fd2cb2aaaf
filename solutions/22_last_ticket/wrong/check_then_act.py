"""It looks, then writes one less than it saw: whoever looked meanwhile saw the same ticket.

fails: test_fifty_buyers_for_one_ticket = check-then-act
fails: test_fifty_buyers_for_three_tickets = check-then-act
fails: test_two_shows_at_once = check-then-act
fails: test_a_refusal_beside_other_sales = check-then-act
"""


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    async with aiosqlite.connect(PATH) as db:
        found = await db.execute_fetchall("SELECT seats FROM stock WHERE show = ?", (show,))
        ((seats,),) = found
        if seats == 0:
            raise SoldOutError
        await db.execute("UPDATE stock SET seats = ? WHERE show = ?", (seats - 1, show))
        await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        await db.commit()
