"""The transaction is never committed.

exercise: 22_last_ticket
fails: test_one_buyer = wrong-value
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

PATH = Path(__file__).with_name("tickets.db")


class SoldOutError(Exception):
    """No ticket is left for that show."""


class Wanted(BaseModel):
    buyer: int


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Makes the tables and two shows; keeps one connection open. Given; leave it as it is."""
    async with aiosqlite.connect(PATH) as db:
        await db.execute(
            "CREATE TABLE IF NOT EXISTS stock (show INTEGER PRIMARY KEY, seats INTEGER)"
        )
        await db.execute("CREATE TABLE IF NOT EXISTS sales (show INTEGER, buyer INTEGER)")
        await db.execute("INSERT OR IGNORE INTO stock VALUES (1, 1), (2, 40)")
        await db.commit()
        app.state.db = db
        yield


app = FastAPI(lifespan=lifespan)


async def sell(show: int, buyer: int) -> None:
    async with aiosqlite.connect(PATH) as db:
        done = await db.execute("UPDATE stock SET seats = seats - 1 WHERE show = ? AND seats > 0", (show,))
        if done.rowcount == 0:
            raise SoldOutError
        await db.execute("INSERT INTO sales VALUES (?, ?)", (show, buyer))


@app.post("/shows/{show}/tickets", status_code=201)
async def buy(show: int, wanted: Wanted) -> dict:
    """One ticket for one buyer, or a 409 when none is left. Given; leave it as it is."""
    try:
        await sell(show, wanted.buyer)
    except SoldOutError:
        raise HTTPException(409, "All tickets are sold.") from None
    return {"show": show, "buyer": wanted.buyer}
