"""`database`: SQLite's locks on the clock, who used which connection, and what was stored."""

import asyncio
import gc
import sqlite3
import warnings
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from grader.suite.answer import Answer
from grader.suite.database import Database
from grader.suite.stopwatch import Stopwatch
from grader.suite.trace import Trace

ANSWER = """
import asyncio
import sqlite3
import aiosqlite
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

FILE = "shop.db"
URL = f"sqlite+aiosqlite:///{FILE}"


async def set_up(folder):
    global FILE, engine
    FILE = f"{folder}/shop.db"
    engine = create_async_engine(f"sqlite+aiosqlite:///{FILE}")
    async with aiosqlite.connect(FILE) as db:
        await db.execute("CREATE TABLE stock (id INTEGER PRIMARY KEY, left INTEGER)")
        await db.execute("INSERT INTO stock VALUES (1, 100)")
        await db.commit()


async def buy(begin="BEGIN IMMEDIATE", timeout=5.0):
    async with aiosqlite.connect(FILE, timeout=timeout, isolation_level=None) as db:
        await db.execute(begin)
        (left,) = await (await db.execute("SELECT left FROM stock")).fetchone()
        await db.execute("UPDATE stock SET left = ?", (left - 1,))
        await db.execute("COMMIT")


async def write(then, timeout=5.0):
    async with aiosqlite.connect(FILE, timeout=timeout) as db:
        await db.execute("UPDATE stock SET left = left - 1")
        await asyncio.sleep(then)
        await db.commit()


async def patient(milliseconds):
    async with aiosqlite.connect(FILE) as db:
        await db.execute(f"PRAGMA busy_timeout = {milliseconds}")
        await db.execute("UPDATE stock SET left = left - 1")


async def read(many):
    async with aiosqlite.connect(FILE) as db:
        return [await (await db.execute("SELECT left FROM stock")).fetchall() for _ in range(many)]


async def share(several):
    async with AsyncSession(engine) as session:
        query = text("SELECT left FROM stock")
        if several:
            return await asyncio.gather(session.execute(query), session.execute(query))
        return [await session.execute(query), await session.execute(query)]


async def hold(seconds):
    async with AsyncSession(engine) as session:
        await session.execute(text("SELECT left FROM stock"))
        await asyncio.sleep(seconds)


async def open_only():
    return await aiosqlite.connect(FILE)


def plain():
    with sqlite3.connect(FILE) as db:
        db.execute("UPDATE stock SET left = left - 1")
    db.close()


def leave_garbage():
    db = sqlite3.connect(FILE)
    kept = [db, db.execute("SELECT left FROM stock")]
    kept.append(kept)
"""


@pytest.fixture(autouse=True)
async def shop(
    answer: Answer, database: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[None]:
    await answer.set_up(tmp_path_factory.mktemp("shop"))
    yield
    await answer.engine.dispose()


async def test_a_wait_for_a_lock_is_on_the_clock(
    answer: Answer, database: Database, clock: Stopwatch
) -> None:
    """Fifty who each need the file for two statements of 0.01 s take 1.0 s, one by one."""
    database.latency = 0.01
    with clock.takes(1.0, all_at_once=0.02):
        await asyncio.gather(*(answer.buy() for _ in range(50)))
    assert database.run("SELECT left FROM stock") == [(50,)]
    assert len(database.lock_waits) == 49
    assert max(round(wait.end - wait.start, 6) for wait in database.lock_waits) == 0.98


async def test_who_waits_too_long_is_refused(
    answer: Answer, database: Database, clock: Stopwatch
) -> None:
    """After their own `timeout`, which a pragma may set too; a commit does not wait for them."""
    holding = asyncio.create_task(answer.write(4.0))
    await clock.sleep(0.1)
    for waiting, seconds in ((answer.write(0.0, timeout=2.0), 2.0), (answer.patient(500), 0.5)):
        with clock.takes(seconds), pytest.raises(sqlite3.OperationalError, match="is locked"):
            await waiting
    with clock.takes(1.4):
        await answer.write(0.0)
    await holding


async def test_a_reader_that_is_garbage_locks_nobody_out(
    answer: Answer, database: Database, clock: Stopwatch
) -> None:
    """Who was cancelled while it read keeps the lock until Python collects what it has left."""
    gc.disable()
    try:
        answer.leave_garbage()
        database.run("ALTER TABLE stock RENAME TO goods")
        database.run("ALTER TABLE goods RENAME TO stock")
        answer.leave_garbage()
        with clock.takes(0.0):
            await answer.write(0.0)
    finally:
        gc.enable()
    assert database.lock_waits == []


async def test_a_wait_that_cannot_help_is_none(
    answer: Answer, database: Database, clock: Stopwatch
) -> None:
    """Of those who have read in their transaction, one may write; SQLite refuses the others."""
    database.latency = 0.01
    with clock.takes(0.02):
        found = await asyncio.gather(
            *(answer.buy("BEGIN") for _ in range(5)), return_exceptions=True
        )
    assert Counter(type(one).__name__ for one in found) == {"OperationalError": 4, "NoneType": 1}
    assert database.run("SELECT left FROM stock") == [(99,)]


async def test_a_statement_has_its_own_latency(
    answer: Answer, database: Database, clock: Stopwatch
) -> None:
    """A function of the statement says how many seconds, also for the commit of what was written.

    A number is for statements on rows only.
    """
    takes = {"SELECT": 0.5, "UPDATE": 2.0, "COMMIT": 4.0}
    database.latency = lambda statement: takes[statement.split()[0]]
    with clock.takes(6.5):
        await answer.buy()
    with clock.takes(6.0):
        await answer.write(0.0)
    with clock.takes(0.5):
        await answer.read(1)
    assert not [sql for sql in database.statements if "COMMIT" in sql]
    database.latency = 1.0
    with clock.takes(1.0):
        await answer.write(0.0)


async def test_who_looks_before_a_commit_sees_what_was_there(
    answer: Answer, database: Database, clock: Stopwatch
) -> None:
    """What is written is there for others when its commit has taken its time."""
    database.latency = lambda statement: 2.5 if statement == "COMMIT" else 0.0
    write = asyncio.create_task(answer.write(0.0))
    found = []
    for _ in range(3):
        await clock.sleep(1.0)
        found += database.run("SELECT left FROM stock")
    await write
    assert found == [(100,), (100,), (99,)]


async def test_what_was_stored_is_told(
    answer: Answer, database: Database, clock: Stopwatch
) -> None:
    """When, where and by which connection; what was rolled back or only read is not."""
    database.commits.clear()
    await answer.write(1.0)
    await answer.buy()
    await answer.patient(10)  # closed without a commit
    await answer.read(2)
    answer.plain()
    told = [(commit.at, commit.line, commit.connection) for commit in database.commits]
    assert told == [(1.0, 34, 2), (1.0, 27, 3), (1.0, 67, 6)]


async def test_two_tasks_on_one_connection_are_noted(answer: Answer, database: Database) -> None:
    """With both their lines; one after the other they share nothing."""
    await answer.share(several=False)
    assert database.shared == []
    await answer.share(several=True)
    assert database.shared
    assert {line for pair in database.shared for line in pair} == {52}


async def test_a_connection_that_is_out_is_a_span(
    answer: Answer, database: Database, clock: Stopwatch, trace: Trace
) -> None:
    """From the first query on, until the session gives it back."""
    await answer.hold(2.0)
    with trace.span("bank", "bank()"):
        await answer.hold(3.0)
    spans = [(span.line, span.start, span.end) for span in trace.named("connection")]
    assert spans == [(57, 0.0, 2.0), (57, 2.0, 5.0)]
    assert trace.overlap("connection", "bank") == 3.0


async def test_an_open_connection_has_its_line(
    answer: Answer, database: Database, clock: Stopwatch
) -> None:
    """Also one that Python closes with its last reference; that of an engine is its pool's."""
    held = await answer.open_only()
    lost = await answer.open_only()
    await answer.hold(0.0)
    assert [left.line for left in database.open_connections] == [63, 63, 58]
    await held.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        del lost
        gc.collect()
    await clock.sleep(0.1)
    assert sorted(left.line or 0 for left in database.open_connections) == [58, 63]
    await answer.engine.dispose()
    assert [left.line for left in database.open_connections] == [63]
