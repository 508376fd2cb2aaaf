"""A database that is in the judge: for an answer it is SQLite, for the suite what it counts."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from grader.suite.database import Database
from tests.grader.judge.played import Check, hosted, with_database

HEAD = """
import asyncio
import datetime
import sqlite3
from contextlib import asynccontextmanager
from pathlib import Path
import aiosqlite
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

PATH = Path(__file__).with_name("shop.db")
engine = create_async_engine(f"sqlite+aiosqlite:///{PATH}", pool_size=2)

@asynccontextmanager
async def starts(app):
    async with aiosqlite.connect(PATH) as db:
        await db.execute("CREATE TABLE stock (id INTEGER PRIMARY KEY, name UNIQUE, left INTEGER)")
        await db.commit()
    yield
    await engine.dispose()

app = FastAPI(lifespan=starts)

@app.get("/")
async def endpoint():
"""


def played(body: str, folder: Path, check: Check) -> Any:
    """What the check returns for a judge of an app whose endpoint has these lines, or its error."""
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    with hosted(HEAD + lines, folder / "answer") as line:
        return with_database(line, folder, check)


async def body(client: Any, _database: Database, _clock: Any) -> Any:
    response = await client.get("/")
    return response.json() if response.status_code == 200 else response.text


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            """async with aiosqlite.connect(PATH) as db:
    db.row_factory = aiosqlite.Row
    async with db.execute("SELECT id, left AS 'how many' FROM stock ORDER BY id") as found:
        return [dict(row) async for row in found]""",
            [{"id": 1, "how many": 3}, {"id": 2, "how many": 0}],
        ),
        (
            """async with aiosqlite.connect(PATH, isolation_level=None) as db:
    done = await db.execute("UPDATE stock SET left = left - 1 WHERE left > :none", {"none": 0})
    made = await db.execute("INSERT INTO stock (name) VALUES (?)", ("c",))
    return [done.rowcount, made.lastrowid, db.in_transaction, db.total_changes]""",
            [1, 3, False, 2],
        ),
        (
            """async with aiosqlite.connect(PATH) as db:
    try:
        await db.executemany("INSERT INTO stock (name) VALUES (?)", [("z",), ("a",)])
    except sqlite3.IntegrityError as error:
        was = db.in_transaction
        await db.rollback()
        (left,) = await (await db.execute("SELECT count(*) FROM stock")).fetchone()
        return [str(error), error.sqlite_errorname, was, db.in_transaction, left]""",
            ["UNIQUE constraint failed: stock.name", "SQLITE_CONSTRAINT_UNIQUE", True, False, 2],
        ),
        (
            """async with engine.begin() as db:
    await db.execute(text("UPDATE stock SET left = 7 WHERE name REGEXP '^a'"))
async with engine.connect() as db:
    rows = await db.execute(text("SELECT name, left, floor(2.5), x'ff', NULL FROM stock"))
    return [[*row[:3], row[3][0], row[4]] for row in rows]""",
            [["a", 7, 2, 255, None], ["b", 0, 2, 255, None]],
        ),
        (
            """with sqlite3.connect(PATH) as db:
    db.executescript("CREATE TABLE day (at TEXT); INSERT INTO day VALUES ('2026-01-02');")
def read():
    return sqlite3.connect(PATH).execute("SELECT at FROM day").fetchmany(5)
return await asyncio.to_thread(read), PATH.exists()""",
            [[["2026-01-02"]], True],
        ),
    ],
)
def test_it_is_sqlite_for_an_answer(lines: str, expected: Any, tmp_path: Path) -> None:
    """Rows, names, counts, transactions, errors: as the real one gives them."""
    assert played(lines, tmp_path, body) == expected


QUERY = """async with engine.connect() as db:
    return (await db.execute(text("SELECT left FROM stock WHERE id = 1"))).scalar()"""


def test_the_judge_counts_and_takes_the_time(tmp_path: Path) -> None:
    """What was asked, how many rows came, from when to when."""

    async def check(client: Any, database: Database, clock: Any) -> Any:
        await client.get("/")  # SQLAlchemy's first connection asks a few things more
        database.latency = 0.3
        asked, rows, start = len(database.statements), database.rows, clock.now()
        await asyncio.gather(*(client.get("/") for _ in range(2)))
        took = float(clock.now() - start)
        asked, rows = len(database.statements) - asked, database.rows - rows
        return took, asked, rows, database.max_checked_out

    assert played(QUERY, tmp_path, check) == (0.3, 2, 2, 2)


def test_who_waits_for_a_lock_waits_on_the_judges_clock(tmp_path: Path) -> None:
    """A second writer waits until the first has stored, and no real second passes."""
    lines = """async with aiosqlite.connect(PATH) as db:
    await db.execute("UPDATE stock SET left = left + 1 WHERE id = 1")
    await asyncio.sleep(1.0)
    await db.commit()
    return True"""

    async def check(client: Any, database: Database, clock: Any) -> Any:
        start = clock.now()
        await asyncio.gather(*(client.get("/") for _ in range(2)))
        ((left,),) = database.run("SELECT left FROM stock WHERE id = 1")
        return left, round(float(clock.now() - start), 1), len(database.lock_waits)

    assert played(lines, tmp_path, check) == (5, 2.0, 1)


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (QUERY, 0),
        ("app.kept = await engine.connect()\nreturn 1", 1),
        # It says that the connection is back, and keeps it; then it uses what it gave back.
        (
            "app.kept = await engine.connect()\nawait app.kept.execute(text('SELECT 1'))\n"
            "place = (await app.kept.get_raw_connection())._connection_record\n"
            "engine.pool.dispatch.checkin(place.dbapi_connection, place)\nreturn 1",
            1,
        ),
        (
            "async with engine.connect() as db:\n"
            "    raw = (await db.get_raw_connection()).driver_connection\n"
            "await raw.execute('SELECT name FROM stock')\nreturn 1",
            1,
        ),
    ],
)
def test_a_connection_is_back_when_a_pool_could_have_it(
    lines: str, left: int, tmp_path: Path
) -> None:
    """Rolled back, told, and not used again; the host's word alone is not enough."""

    async def check(client: Any, database: Database, _clock: Any) -> Any:
        await client.get("/")
        return len(database.open_sessions)

    assert played(lines, tmp_path, check) == left


@pytest.mark.parametrize(
    ("statement", "ends"),
    [
        ("ATTACH 'another.db' AS another", "Unplayable: a second file of the database"),
        ("VACUUM INTO 'another.db'", "Unplayable: a second file of the database"),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
            "Nonsense: a statement without end",
        ),
        ("SELECT zeroblob(99000000)", "string or blob too big"),
        ("SELECT load_extension('x')", "not authorized"),
    ],
)
def test_no_statement_reaches_beyond_its_own_file(
    statement: str, ends: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs in the judge's process: no other file, no end of time, no end of memory."""
    monkeypatch.setattr("grader.judge.tables.STEPS", 1_000)
    monkeypatch.setattr("grader.judge.tables.MAX_TICKS", 50)
    monkeypatch.chdir(tmp_path)
    found = played(
        f"async with aiosqlite.connect(PATH, isolation_level=None) as db:\n"
        f"    try:\n        await db.execute({statement!r})\n"
        f"    except sqlite3.Error as error:\n        return str(error)",
        tmp_path,
        body,
    )
    assert ends in found
    assert not (tmp_path / "another.db").exists()


@pytest.mark.parametrize(
    "lines",
    [
        "sqlite3.connect(PATH).create_function('twice', 1, lambda n: 2 * n)",
        "sqlite3.connect(PATH).set_trace_callback(print)",
        "sqlite3.connect(f'file:{PATH}', uri=True)",
        "sqlite3.connect(PATH, detect_types=sqlite3.PARSE_DECLTYPES)",
        "sqlite3.connect(PATH).cursor(type('Own', (sqlite3.Cursor,), {}))",
    ],
)
def test_what_cannot_cross_is_no_opinion(lines: str, tmp_path: Path) -> None:
    """The judge says so, and takes no point."""
    assert played(lines, tmp_path, body).startswith("Unplayable: ")
