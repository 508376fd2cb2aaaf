"""Who comes while somebody else buys is told that all is sold, though tickets are left.

fails: test_fifty_buyers_for_three_tickets = wrong-value
fails: test_two_shows_at_once = wrong-value
fails: test_a_refusal_beside_other_sales = wrong-value
"""

busy: set[int] = set()


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    if show in busy:
        raise SoldOutError
    busy.add(show)
    try:
        async with aiosqlite.connect(PATH) as db:
            found = await db.execute_fetchall("SELECT seats FROM stock WHERE show = ?", (show,))
            ((seats,),) = found
            if seats == 0:
                raise SoldOutError
            await db.execute("UPDATE stock SET seats = ? WHERE show = ?", (seats - 1, show))
            await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
            await db.commit()
    finally:
        busy.discard(show)
