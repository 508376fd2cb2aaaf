"""A lock for each show: buyers of other shows do not wait."""

import asyncio
from collections import defaultdict

locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)


async def sell(show: int, buyer: int) -> None:
    """Sell one ticket: `seats` is one less, `sales` has one row more. Raises SoldOutError."""
    async with locks[show], aiosqlite.connect(PATH) as db:
        found = await db.execute_fetchall("SELECT seats FROM stock WHERE show = ?", (show,))
        ((seats,),) = found
        if seats == 0:
            raise SoldOutError
        await db.execute("UPDATE stock SET seats = ? WHERE show = ?", (seats - 1, show))
        await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))
        await db.commit()
