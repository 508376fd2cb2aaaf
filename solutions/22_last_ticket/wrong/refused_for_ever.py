"""A buyer whose sale was refused once is refused from then on, at every other show.

fails: test_a_refused_sale_leaves_its_ticket = server-error
"""

blocked: set[int] = set()


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    if buyer in blocked:
        raise RuntimeError("this buyer is blocked")
    async with aiosqlite.connect(PATH) as db:
        taken = await db.execute(
            "UPDATE stock SET seats = seats - 1 WHERE show = ? AND seats > 0", (show,)
        )
        if taken.rowcount == 0:
            raise SoldOutError
        try:
            await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        except aiosqlite.Error:
            blocked.add(buyer)
            raise
        await db.commit()
