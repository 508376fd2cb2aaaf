"""What the lessons say of PostgreSQL, held against a real one: sentences of 20 to 25 and of 33."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import AsyncAdaptedQueuePool, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

asyncpg = pytest.importorskip("asyncpg", reason="asyncpg is not installed")

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(600)]

TAKE = text("UPDATE stock SET seats = seats - 1 WHERE show = 1 AND seats > 0")
LOOK = text("SELECT seats FROM stock WHERE show = 1")
OTHERS = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
"""What a test that failed has left, whose locks would keep the next one waiting."""
SELL = text("INSERT INTO sales VALUES (1)")


def binaries() -> Path:
    """Where initdb is: on the path, or where Debian puts it. Skips where it is nowhere."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True):
        return found.parent
    pytest.skip("PostgreSQL's initdb is neither on the path nor where Debian puts it")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A cluster of its own, which listens on a socket in its folder; gives that folder."""
    bin_ = binaries()
    # PostgreSQL refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        if user:
            shutil.chown(folder, user)

        def run(program: str, *arguments: str) -> None:
            command = [f"{bin_ / program}", "-D", f"{folder}/data", *arguments]
            # No pipe: the server would keep it open.
            subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

        run("initdb", "--username=course", "--auth=trust", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        run("pg_ctl", "-w", "-t", "300", "-l", f"{folder}/log", "-o", options, "start")
        yield folder
        run("pg_ctl", "-w", "-m", "immediate", "stop")


@pytest.fixture
async def engine(server: str) -> AsyncIterator[AsyncEngine]:
    """A pool of fifteen, as the lessons have it, and one ticket for one show."""
    engine = create_async_engine(f"postgresql+asyncpg://course@/postgres?host={server}")
    async with engine.begin() as db:
        await db.execute(text(f"SELECT pg_terminate_backend(pid) {OTHERS}"))
        await db.execute(text("DROP TABLE IF EXISTS stock, sales"))
        await db.execute(text("CREATE TABLE stock (show INTEGER PRIMARY KEY, seats INTEGER)"))
        await db.execute(text("CREATE TABLE sales (show INTEGER)"))
        await db.execute(text("INSERT INTO stock VALUES (1, 1)"))
    yield engine
    await engine.dispose()


async def value(engine: AsyncEngine, query: str) -> Any:
    async with engine.connect() as db:
        return await db.scalar(text(query))


async def until(engine: AsyncEngine, query: str, wanted: object) -> None:
    """Asks anew until the answer is what is wanted; the test's own time limit ends it."""
    while await value(engine, query) != wanted:
        await asyncio.sleep(0.01)


async def until_one_waits(engine: AsyncEngine) -> None:
    await until(engine, "SELECT count(*) FROM pg_locks WHERE NOT granted", 1)


async def driver_of(db: AsyncConnection) -> Any:
    """asyncpg's own connection."""
    return (await db.get_raw_connection()).driver_connection


def out(engine: AsyncEngine) -> int:
    """How many connections are out of the pool."""
    assert isinstance(engine.pool, AsyncAdaptedQueuePool)
    return engine.pool.checkedout()


async def test_a_connection_refuses_a_second_query(engine: AsyncEngine) -> None:
    """20: a connection runs one query at a time; the driver says so of a second one."""
    async with engine.connect() as db:
        driver = await driver_of(db)
        asked = (driver.fetchval("SELECT 1") for _ in range(2))
        found: list[object] = await asyncio.gather(*asked, return_exceptions=True)
    assert found[0] == 1
    assert isinstance(found[1], asyncpg.InterfaceError)
    assert "another operation is in progress" in str(found[1])


async def test_a_session_that_borrows_refuses_a_second_query(engine: AsyncEngine) -> None:
    """20: "concurrent operations are not permitted", when the session has yet to borrow."""
    await engine.dispose()  # so that it takes a while to connect
    async with async_sessionmaker(engine)() as session:
        asked = (session.scalar(LOOK) for _ in range(2))
        found: list[object] = await asyncio.gather(*asked, return_exceptions=True)
    assert found[0] == 1
    assert isinstance(found[1], InvalidRequestError)
    assert "concurrent operations are not permitted" in str(found[1])


async def test_a_session_that_has_borrowed_lets_the_others_wait(engine: AsyncEngine) -> None:
    """20: so the others wait: asyncpg would refuse them, but SQLAlchemy has a lock around it."""
    query = text("SELECT pg_backend_pid()")
    async with async_sessionmaker(engine)() as session:
        asked = [await session.scalar(query)]
        asked += await asyncio.gather(*(session.scalar(query) for _ in range(3)))
    assert len(set(asked)) == 1


async def test_a_session_is_closed_while_a_query_runs(engine: AsyncEngine) -> None:
    """20: "another operation is in progress", when the session is closed while another runs."""
    async with engine.connect() as gate, engine.connect() as db:
        await gate.execute(text("SELECT pg_advisory_lock(1)"))
        session = AsyncSession(db)
        asking = asyncio.create_task(session.scalar(text("SELECT pg_advisory_lock_shared(1)")))
        await until_one_waits(engine)
        with pytest.raises(DBAPIError, match="another operation is in progress"):
            await session.close()
        await gate.execute(text("SELECT pg_advisory_unlock(1)"))
        await asking


async def test_sessions_of_their_own_run_side_by_side(engine: AsyncEngine) -> None:
    """20: a session each, on three connections; each waits until all three are there."""
    query = text("SELECT pg_advisory_lock_shared(1), pg_backend_pid()")

    async def ask() -> int:
        async with async_sessionmaker(engine)() as session:
            return int((await session.execute(query)).one()[1])

    async with engine.connect() as gate:
        await gate.execute(text("SELECT pg_advisory_lock(1)"))
        asking = [asyncio.create_task(ask()) for _ in range(3)]
        await until(engine, "SELECT count(*) FROM pg_locks WHERE NOT granted", 3)
        await gate.execute(text("SELECT pg_advisory_unlock(1)"))
        assert len(set(await asyncio.gather(*asking))) == 3


async def test_a_failure_takes_the_others_writes_along(engine: AsyncEngine) -> None:
    """20: when one task's query fails, what the others have written is rolled back with it."""
    async with async_sessionmaker(engine)() as session:

        async def writes() -> None:
            await session.execute(SELL)

        async def fails() -> None:
            await session.execute(text("SELECT 1 / 0"))

        await asyncio.create_task(writes())
        with pytest.raises(DBAPIError, match="division by zero"):
            await asyncio.create_task(fails())
        await session.commit()
    assert await value(engine, "SELECT count(*) FROM sales") == 0


async def test_a_session_keeps_its_connection_until_its_transaction_ends(
    engine: AsyncEngine,
) -> None:
    """21: it takes one at its first query, keeps it, and gives it back at commit."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
    async with async_sessionmaker(engine)() as session:
        assert out(engine) == 0
        await session.execute(LOOK)
        assert out(engine) == 1
        await until(engine, query, 1)
        await session.commit()
        assert out(engine) == 0
        await until(engine, query, 0)


async def test_a_server_has_no_many_hundreds_of_connections(engine: AsyncEngine) -> None:
    """21: a database does not have many hundreds to give."""
    assert await value(engine, "SHOW max_connections") == "100"


async def test_a_closed_session_takes_a_connection_again(engine: AsyncEngine) -> None:
    """25: a session that was closed too early takes one at the next query, and keeps it."""
    async with async_sessionmaker(engine)() as session:
        await session.execute(LOOK)
    assert out(engine) == 0
    await session.execute(LOOK)
    assert out(engine) == 1
    await session.close()


@pytest.mark.parametrize(
    ("write", "left"),
    [("SET seats = 0", 0), ("SET seats = seats - 1", -1)],
    ids=["from memory", "in SQL"],
)
async def test_a_look_is_old_when_the_write_comes(
    engine: AsyncEngine, write: str, left: int
) -> None:
    """22: both have seen one ticket, both sell it, and nothing raises an error."""
    async with engine.connect() as ann, engine.connect() as bob:
        assert [await buyer.scalar(LOOK) for buyer in (ann, bob)] == [1, 1]
        for buyer in (ann, bob):
            await buyer.execute(text(f"UPDATE stock {write} WHERE show = 1"))
            await buyer.execute(SELL)
            await buyer.commit()
    assert await value(engine, "SELECT seats FROM stock") == left
    assert await value(engine, "SELECT count(*) FROM sales") == 2


@pytest.mark.parametrize(("end", "taken"), [("commit", 0), ("rollback", 1)])
async def test_a_condition_in_the_update_sells_once(
    engine: AsyncEngine, end: str, taken: int
) -> None:
    """22, 33: the second UPDATE waits for the end of the first, and looks again then."""
    async with engine.connect() as ann, engine.connect() as bob:
        assert (await ann.execute(TAKE)).rowcount == 1
        second = asyncio.create_task(bob.execute(TAKE))
        await until_one_waits(engine)
        await getattr(ann, end)()
        assert (await second).rowcount == taken
        await bob.commit()
    assert await value(engine, "SELECT seats FROM stock") == 0


async def test_fifty_buyers_and_one_ticket(engine: AsyncEngine) -> None:
    """22: the rowcount says who took it."""

    async def buy() -> int:
        async with engine.begin() as db:
            taken = (await db.execute(TAKE)).rowcount
            if taken:
                await db.execute(SELL)
            return taken

    assert sum(await asyncio.gather(*(buy() for _ in range(50)))) == 1
    assert await value(engine, "SELECT count(*) FROM sales") == 1


async def test_for_update_lets_one_look_at_a_time(engine: AsyncEngine) -> None:
    """22: SELECT ... FOR UPDATE decides as well; who waits sees what was written."""
    look = text(f"{LOOK} FOR UPDATE")
    async with engine.connect() as ann, engine.connect() as bob:
        assert await ann.scalar(look) == 1
        second = asyncio.create_task(bob.scalar(look))
        await until_one_waits(engine)
        await ann.execute(text("UPDATE stock SET seats = 0"))
        await ann.commit()
        assert await second == 0


async def test_a_unique_index_lets_one_in(engine: AsyncEngine) -> None:
    """22: the second row waits for the first one's commit, and is refused then."""
    async with engine.begin() as db:
        await db.execute(text("CREATE UNIQUE INDEX ON sales (show)"))
    async with engine.connect() as ann, engine.connect() as bob:
        await ann.execute(SELL)
        second = asyncio.create_task(bob.execute(SELL))
        await until_one_waits(engine)
        await ann.commit()
        with pytest.raises(IntegrityError, match="duplicate key"):
            await second


async def test_a_cancelled_statement_ends_and_its_transaction_stays(engine: AsyncEngine) -> None:
    """23: the server cancels what runs; the transaction stays open until it is rolled back."""
    async with engine.connect() as db:
        driver = await driver_of(db)
        state = f"SELECT state FROM pg_stat_activity WHERE pid = {driver.get_server_pid()}"
        await db.execute(TAKE)
        sleeping = asyncio.create_task(driver.execute("SELECT pg_sleep(100000)"))
        await until(engine, state, "active")
        sleeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeping
        await until(engine, state, "idle in transaction (aborted)")
        with pytest.raises(DBAPIError, match="current transaction is aborted"):
            await db.execute(LOOK)
        await db.rollback()
        assert await db.scalar(LOOK) == 1
    assert out(engine) == 0
