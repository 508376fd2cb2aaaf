"""All use the app's one connection: a row that is refused rolls back what others have begun.

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
    try:
        await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        await db.commit()
    except BaseException:
        await db.rollback()
        raise
