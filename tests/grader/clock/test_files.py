"""Locked files and databases: a wait that no clock sees ends on time and is noted."""

import asyncio
import multiprocessing
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from grader.clock import VirtualLoop

fcntl = pytest.importorskip("fcntl", reason="Windows has no such locks")

HELD = 0.7
REAL_SECONDS = 0.2
"""Another process lives in real time, and its lock must count as a wait."""


def hold_file(path: Path, held: threading.Event) -> None:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        held.set()
        time.sleep(HELD)


def take_file(path: Path) -> None:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)


def hold_database(path: Path, held: threading.Event) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS things (id)")
        connection.execute("INSERT INTO things VALUES (1)")
        held.set()
        time.sleep(HELD)
    connection.close()


def take_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS others (id)")
    connection.close()


def hold_in_another_process(path: Path, held: Any, operation: str) -> None:
    with path.open("a") as file:
        getattr(fcntl, operation)(file, fcntl.LOCK_EX)
        held.set()
        time.sleep(REAL_SECONDS)


@pytest.mark.slow  # the monitor waits a tenth of a real second before it lets a clock go on
@pytest.mark.parametrize(
    ("hold", "take", "name"),
    [(hold_file, take_file, "fcntl.flock(...)"), (hold_database, take_database, "")],
)
def test_a_lock_that_a_thread_holds(
    loop: VirtualLoop, tmp_path: Path, hold: Any, take: Any, name: str
) -> None:
    """The loop has the lock when the thread's sleep is over, and was blocked until then."""

    async def program() -> None:
        held = threading.Event()
        holding = asyncio.create_task(asyncio.to_thread(hold, tmp_path / "lock", held))
        await asyncio.to_thread(held.wait)
        await asyncio.sleep(0.1)
        take(tmp_path / "lock")
        assert loop.time() == HELD
        await holding

    loop.run_until_complete(program())
    (blocking,) = loop.clock.blocking
    assert (blocking.call, blocking.start, blocking.end) == (name, 0.1, HELD)
    assert __file__ in dict(blocking.frames)


@pytest.mark.slow  # for the same reason
@pytest.mark.parametrize("take", [take_file, take_database])
def test_a_lock_that_is_awaited_in_a_thread(loop: VirtualLoop, tmp_path: Path, take: Any) -> None:
    """Whoever waits for a lock in a thread of its own blocks nobody."""
    hold = hold_file if take is take_file else hold_database

    async def program() -> None:
        held = threading.Event()
        holding = asyncio.create_task(asyncio.to_thread(hold, tmp_path / "lock", held))
        await asyncio.to_thread(held.wait)
        await asyncio.to_thread(take, tmp_path / "lock")
        assert loop.time() == HELD
        await holding

    loop.run_until_complete(program())
    assert loop.clock.blocking == []


@pytest.mark.slow  # another process lives in real time
@pytest.mark.parametrize("operation", ["flock", "lockf"])
@pytest.mark.parametrize("on_loop", [True, False])
def test_a_lock_that_another_process_holds(
    loop: VirtualLoop, tmp_path: Path, operation: str, on_loop: bool
) -> None:
    """On the loop the process's real seconds count as blocking; in a thread they cost nothing."""
    if operation == "flock" and not os.path.exists("/proc/locks"):
        pytest.skip("only Linux tells who holds such a lock")
    path = tmp_path / "lock"

    def take() -> None:
        with path.open("a") as file:
            getattr(fcntl, operation)(file, fcntl.LOCK_EX)

    async def program() -> None:
        context = multiprocessing.get_context("fork")
        held = context.Event()
        other = context.Process(target=hold_in_another_process, args=(path, held, operation))
        other.start()
        await asyncio.to_thread(held.wait)
        if on_loop:
            take()
        else:
            await asyncio.gather(asyncio.to_thread(take), asyncio.sleep(3))
        other.join()

    loop.run_until_complete(program())
    if on_loop:
        (blocking,) = loop.clock.blocking
        assert blocking.call == f"fcntl.{operation}(...)"
        assert 0.05 <= blocking.end - blocking.start == loop.time()
    else:
        assert loop.clock.blocking == []
        assert loop.time() == 3.0


def test_a_free_lock_costs_nothing(loop: VirtualLoop, tmp_path: Path) -> None:
    """A lock that nobody has is there at once, and one that is asked without waiting is refused."""

    async def program() -> None:
        with (tmp_path / "lock").open("w") as one, (tmp_path / "lock").open("w") as other:
            fcntl.flock(one, fcntl.LOCK_EX)
            with pytest.raises(BlockingIOError):
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(one, fcntl.LOCK_UN)
            fcntl.flock(other.fileno(), fcntl.LOCK_EX)

    loop.run_until_complete(program())
    assert loop.time() == 0.0
    assert loop.clock.blocking == []
