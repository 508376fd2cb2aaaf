"""The UPDATE takes no ticket that is not there, and nobody asks whether it took one.

fails: test_sold_out = wrong-status
fails: test_fifty_buyers_for_one_ticket = wrong-value
fails: test_fifty_buyers_for_three_tickets = wrong-value
fails: test_two_shows_at_once = wrong-value
fails: test_nothing_is_left = wrong-status
"""


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    async with aiosqlite.connect(PATH) as db:
        await db.execute("UPDATE stock SET seats = seats - 1 WHERE show = ? AND seats > 0", (show,))
        await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        await db.commit()
