"""The ticket is committed before the sale: a sale that fails then has lost it.

fails: test_a_refused_sale_leaves_its_ticket = half-done
fails: test_a_refusal_beside_other_sales = half-done
fails: test_a_sale_that_is_cut_off = half-done
"""


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    async with aiosqlite.connect(PATH) as db:
        taken = await db.execute(
            "UPDATE stock SET seats = seats - 1 WHERE show = ? AND seats > 0", (show,)
        )
        if taken.rowcount == 0:
            raise SoldOutError
        await db.commit()
        await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        await db.commit()
