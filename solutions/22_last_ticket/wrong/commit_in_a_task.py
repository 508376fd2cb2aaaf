"""The commit is a task that nobody waits for: the connection closes before it.

fails: test_one_buyer = fire-and-forget
"""

import asyncio


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    async with aiosqlite.connect(PATH) as db:
        taken = await db.execute(
            "UPDATE stock SET seats = seats - 1 WHERE show = ? AND seats > 0", (show,)
        )
        if taken.rowcount == 0:
            raise SoldOutError
        await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        asyncio.ensure_future(db.commit())
