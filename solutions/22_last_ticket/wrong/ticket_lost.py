"""One connection, and nobody rolls back: the next commit stores the ticket of a sale that failed.

fails: test_a_refused_sale_leaves_its_ticket = half-done
fails: test_a_refusal_beside_other_sales = half-done
"""


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    db = app.state.db
    taken = await db.execute(
        "UPDATE stock SET seats = seats - 1 WHERE show = ? AND seats > 0", (show,)
    )
    if taken.rowcount == 0:
        raise SoldOutError
    await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
    await db.commit()
