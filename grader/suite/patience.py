"""SQLite's waits for a lock, on the test's clock.

SQLite itself waits in C, unseen: that costs real seconds and no virtual one. Here each connection
gives up at once, and who was refused waits on the clock until another connection has let go, or
until the `timeout` of their own is over. SQLite waits in the same cases and no others: it raises
at once where waiting could never help (https://sqlite.org/c3ref/busy_handler.html).
"""

import gc
import re
import sqlite3
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from types import TracebackType
from typing import Any, Concatenate, Literal, NamedTuple, ParamSpec

from grader.clock import timing
from grader.clock.membership import current

P = ParamSpec("P")
sqlite_connect = sqlite3.connect
"""The real one, while a suite's stands in its place."""
USUAL_TIMEOUT = 5.0
"""Seconds that `sqlite3.connect` waits for a lock unless it is told otherwise."""
LOOKS_AGAIN = 0.1
"""Seconds after which who waits looks again: a reader lets go without a call of ours."""
LOOKS, MOMENT = 3, 0.001
"""How often, and after how many real seconds, who is refused first looks again: another thread may
be in the midst of a statement that takes no time on the clock.
"""
_BEGINS = re.compile(r"\s*(?:BEGIN|SAVEPOINT|PRAGMA)\b", re.IGNORECASE)
_UNDOES = re.compile(r"\s*ROLLBACK\b", re.IGNORECASE)
_TIMEOUT = re.compile(r"\s*PRAGMA\s+busy_timeout\s*=\s*(\d+)\s*;?\s*\Z", re.IGNORECASE)


def hasty(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Do not wait for the disk: a test's data need not survive a power cut."""
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")
    return connection


def run_at_once(
    file: str, sql: str, rows: list[tuple[Any, ...]], timeout: float = 0.1
) -> list[tuple[Any, ...]]:
    """What the suite's own statement finds, run for each row and committed.

    A thread that ends its statement just now lets go soon; so does who was cancelled, once Python
    has collected the connection. Who else has a lock keeps it: raises sqlite3.OperationalError.
    """
    try:
        with closing(hasty(sqlite_connect(file, timeout=timeout))) as connection, connection:
            return [found for row in rows for found in connection.execute(sql, row).fetchall()]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or timeout > 0.1:
            raise
    gc.collect()
    return run_at_once(file, sql, rows, timeout=1.0)


class LockWait(NamedTuple):
    """From when to when a statement waited until another connection had let go."""

    start: float
    end: float


class Locks:
    """Who waits for a lock of the test's files, and who has let go of one.

    `on_begin` (it has a transaction now), `on_write` (it changed rows), `on_end` (its transaction
    is over; whether it was stored), `on_close` and `on_lost` (its last reference went away) are
    told the connection.
    """

    def __init__(
        self,
        on_begin: Callable[["Patient"], None],
        on_write: Callable[["Patient"], None],
        on_end: Callable[["Patient", bool], None],
        on_close: Callable[["Patient"], None],
        on_lost: Callable[["Patient"], None],
    ) -> None:
        self.on_begin = on_begin
        self.on_write = on_write
        self.on_end = on_end
        self.on_close = on_close
        self.on_lost = on_lost
        self.waits: list[LockWait] = []
        self._turn = threading.local()
        self._released = threading.Condition()
        self._releases = 0

    @property
    def is_again(self) -> bool:
        """Does this thread begin a statement anew that has spent its latency already."""
        return getattr(self._turn, "is_again", False)

    def let_go(self) -> None:
        with self._released:
            self._releases += 1
            self._released.notify_all()

    def patiently(self, timeout: float, does_wait: bool, work: Callable[[], Any]) -> Any:
        """Do the work; where a lock keeps it from that, wait and do it again."""
        clock = current()
        now = time.monotonic if clock is None else clock.now
        start, refused, looks = now(), None, 0
        try:
            while True:
                seen = self._releases
                try:
                    return work()
                except sqlite3.OperationalError as error:
                    refused = now() if refused is None else refused
                    left = start + timeout - now()
                    is_locked = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
                    if not (is_locked and does_wait and left > 0):
                        raise
                if looks < LOOKS:
                    looks += 1
                    gc.collect(1)  # who was cancelled just now may be garbage that keeps its lock
                    timing._sleep(MOMENT)
                    continue
                self._turn.is_again = True
                with self._released:
                    if self._releases == seen:
                        self._released.wait(min(left, LOOKS_AGAIN))
        finally:
            self._turn.is_again = False
            if refused is not None and now() > refused:
                self.waits.append(LockWait(float(refused), float(now())))


def _unheld(method: "Callable[Concatenate[PatientCursor, P], None]") -> Any:
    """The method, whose error holds no cursor; it returns the cursor, as sqlite3's do.

    A connection that is closed keeps its locks as long as one of its cursors lives, and a traceback
    would keep this one.
    """

    def run(cursor: "PatientCursor", *args: P.args, **kwargs: P.kwargs) -> "PatientCursor":
        try:
            method(cursor, *args, **kwargs)
        except BaseException as error:
            traceback.clear_frames(error.__traceback__)
            del cursor
            raise
        return cursor

    return run


class PatientCursor(sqlite3.Cursor):
    """A cursor of a Patient."""

    connection: "Patient"

    @_unheld
    def execute(self, sql: str, *args: Any) -> None:
        timeout = _TIMEOUT.match(sql)
        if timeout is not None:
            self.connection.timeout, sql = int(timeout[1]) / 1000, "PRAGMA busy_timeout = 0"
        self.connection.patiently(sql, partial(super().execute, sql, *args))

    @_unheld
    def executemany(self, sql: str, rows: Any) -> None:
        self.connection.patiently(sql, partial(super().executemany, sql, list(rows)))

    @_unheld
    def executescript(self, sql: str) -> None:
        self.connection.patiently(sql, partial(super().executescript, sql))


class Overridden(sqlite3.Connection):
    """One whose own `cursor`, `commit` and `rollback` count; sqlite3's goes round them in C."""

    def execute(self, *args: Any) -> Any:
        return self.cursor().execute(*args)

    def executemany(self, *args: Any) -> Any:
        return self.cursor().executemany(*args)

    def executescript(self, *args: Any) -> Any:
        return self.cursor().executescript(*args)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> Literal[False]:
        if kind is not None:
            self.rollback()
            return False
        try:
            self.commit()
        except BaseException:
            self.rollback()
            raise
        return False


class Patient(Overridden):
    """A connection whose waits for a lock pass on the clock; `timeout` seconds at most each."""

    locks: Locks | None = None
    timeout = USUAL_TIMEOUT
    _has_read = False
    """Does an open transaction hold a lock already: SQLite then waits for no other one."""

    def cursor(self, factory: Any = PatientCursor) -> Any:
        return super().cursor(factory)

    def commit(self) -> None:
        self.patiently("COMMIT", super().commit)

    def rollback(self) -> None:
        self.patiently("ROLLBACK", super().rollback)

    def close(self) -> None:
        super().close()
        if self.locks is not None:
            self.locks.let_go()
            self.locks.on_close(self)

    def __del__(self) -> None:
        with suppress(sqlite3.Error):  # it belongs to another thread
            super().close()
        if self.locks is not None:
            self.locks.let_go()
            self.locks.on_lost(self)

    def patiently(self, sql: str, work: Callable[[], Any]) -> None:
        """Run what `sql` says, which `work` does, and note what it committed and let go of."""
        if self.locks is None:
            work()
            return
        was_open, changes = self.in_transaction, self.total_changes
        ends = sql == "COMMIT"
        try:
            self.locks.patiently(self.timeout, ends or not self._has_read, work)
        finally:
            is_open = self.in_transaction
            self._has_read = is_open and (self._has_read or _BEGINS.match(sql) is None)
            if not is_open:
                self.locks.let_go()
        if is_open and not was_open:
            self.locks.on_begin(self)
        has_written = self.total_changes > changes
        if has_written:
            self.locks.on_write(self)
        if not is_open and (was_open or has_written):
            self.locks.on_end(self, _UNDOES.match(sql) is None)
