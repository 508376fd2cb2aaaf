"""Both accounts get less: it is no half of the change.

exercise: 23_all_or_nothing
fails: test_the_money_moves = wrong-value
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

PATH = Path(__file__).with_name("bank.db")
BUDGET = 1.0
"""Seconds after which a transfer is cut off."""

TAKE = "UPDATE accounts SET balance = balance - ? WHERE id = ?"
GIVE = "UPDATE accounts SET balance = balance + ? WHERE id = ?"


class UnknownAccountError(Exception):
    """One of the two accounts is not there."""


class Transfer(BaseModel):
    source: int
    target: int
    amount: int


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Makes the tables and two accounts; keeps one connection open. Given; leave it as it is."""
    async with aiosqlite.connect(PATH) as db:
        await db.execute(
            "CREATE TABLE IF NOT EXISTS accounts (id INTEGER PRIMARY KEY, balance INTEGER)"
        )
        await db.execute("CREATE TABLE IF NOT EXISTS notes (text TEXT)")
        await db.execute("INSERT OR IGNORE INTO accounts VALUES (1, 500), (2, 500)")
        await db.commit()
        app.state.db = db
        yield


app = FastAPI(lifespan=lifespan)


@asynccontextmanager
async def connection() -> AsyncIterator[aiosqlite.Connection]:
    """A connection for one piece of work."""
    async with aiosqlite.connect(PATH) as db:
        yield db


async def transfer(source: int, target: int, amount: int) -> None:
    """Move the amount with TAKE and GIVE, both or neither. Raises UnknownAccountError."""
    async with connection() as db:
        for sql, account in ((TAKE, source), (TAKE, target)):
            if (await db.execute(sql, (amount, account))).rowcount == 0:
                raise UnknownAccountError
        await db.commit()


@app.post("/transfers")
async def post_transfer(wanted: Transfer) -> dict:
    """A transfer that takes longer than BUDGET is cancelled. Given; leave it as it is."""
    try:
        async with asyncio.timeout(BUDGET):
            await transfer(wanted.source, wanted.target, wanted.amount)
    except TimeoutError:
        raise HTTPException(504, "It took too long; no money has moved.") from None
    except UnknownAccountError:
        raise HTTPException(404, "There is no such account; no money has moved.") from None
    return {"moved": wanted.amount}


@app.post("/notes/{text}")
async def post_note(text: str) -> dict:
    """A neighbour, who writes to the same file. Given; leave it as it is."""
    async with connection() as db:
        await db.execute("INSERT INTO notes (text) VALUES (?)", (text,))
        await db.commit()
    return {"noted": text}
