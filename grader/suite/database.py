"""`database`: real SQLite, whose statements take time in the thread that runs them."""

import asyncio
import re
import sqlite3
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

import aiosqlite
import greenlet  # type: ignore[import-untyped]  # it has no types
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from grader.clock import timing
from grader.clock.membership import current
from grader.model.evidence import Leftover, ValueCheck
from grader.security import seals
from grader.suite import transactions
from grader.suite.checks import CheckFailed
from grader.suite.patience import (
    USUAL_TIMEOUT,
    Locks,
    LockWait,
    Patient,
    hasty,
    run_at_once,
    sqlite_connect,
)
from grader.suite.transactions import Commit, Step, Unchanged, Write
from grader.trace import lines, visits
from grader.trace.circumstance import REQUEST, TWIN, note_failure
from grader.trace.recorder import Record, Recorder

DATABASE = "the database"
"""What a circumstance calls it when a query fails."""
ARGUMENTS = (
    *("timeout", "detect_types", "isolation_level", "check_same_thread"),
    *("factory", "cached_statements", "uri"),
)
"""Those that sqlite3.connect takes by their place, behind the first."""
_WORK = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|REPLACE|(?:SELECT|WITH)(?=.*?\bFROM\b\s*+(?!.?sqlite_)))",
    re.IGNORECASE | re.DOTALL,
)
"""Statements on rows: not `PRAGMA`, `BEGIN`, `COMMIT` or a bare `SELECT 1`."""
_INSERT = re.compile(r"\s*INSERT\s+INTO\b", re.IGNORECASE)
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_UPDATE = re.compile(r"\s*UPDATE\b", re.IGNORECASE)
_COMMIT = re.compile(r"\s*(COMMIT|END)\b", re.IGNORECASE)
_SELECT = re.compile(r"\s*SELECT\b", re.IGNORECASE)


class Database:
    """Every SQLite connection that opens while a test runs.

        database.latency = 0.1
        before = len(database.statements)
        with clock.takes(0.1, one_by_one=0.5):
            response = await client.get("/orders")
        same(len(database.statements) - before, 1)

    `latency`: seconds that each statement on rows takes, or a function of the statement that says
    how many, also for "COMMIT"; 0 until the suite sets it, so that what the app stores when it
    starts costs nothing.
    `statements`: the texts of all statements on rows so far, also of those without latency.
    `rows`: how many rows the app has fetched.
    `connections`: how many connections to a file have been opened.
    `checked_out`: pooled connections in use now; `max_checked_out`: the most there were at once.
    Each is a span `connection` while it is out: `trace.overlap("connection", "GET bank.test/pay")`.
    `commits`: what was stored, in order; `shared`: lines of two tasks of which the second used a
    connection while the first did.
    SQLite's waits for a lock pass on the clock: `lock_waits` has from when to when each was.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.latency: float | Callable[[str], float] = 0.0
        self.statements: list[str] = []
        self.connections = 0
        self.checked_out: dict[int, int | None] = {}
        self.max_checked_out = 0
        self.rows = 0
        self._known = 0
        self.keeps = False
        """The examiner's: whether `run` changes nothing."""
        self.replaces = False
        """The examiner's: whether a row that `run` inserts may be there already."""
        recorder.held = lambda: self.open_sessions
        recorder.stored = lambda: transactions.stored(self.commits, self._undone)
        recorder.stale = lambda: transactions.stale(self._steps, self.commits)
        recorder.at_once = lambda: transactions.at_once(self.shared)
        recorder.unmet = lambda: transactions.unmet(self._unchanged)
        recorder.unended = lambda: transactions.unended([*self._begun.values()])
        recorder.on_begin_again.append(self._begin_again)
        self.commits: list[Commit] = []
        self._undone: list[Commit] = []
        self._steps: list[Step] = []
        self._unchanged: list[Unchanged] = []
        self.shared: list[tuple[int | None, int | None]] = []
        self._file: str | None = None
        self._locks = Locks(self._began, self._wrote, self._ended, self._closed, self._lost)
        self._begun: weakref.WeakKeyDictionary[Patient, Write] = weakref.WeakKeyDictionary()
        self._writes: weakref.WeakKeyDictionary[Patient, list[Write]] = weakref.WeakKeyDictionary()
        self._numbers: weakref.WeakKeyDictionary[Patient, int] = weakref.WeakKeyDictionary()
        self._open_files: dict[int, int | None] = {}
        self._dropped_files: list[int | None] = []
        self._out: dict[int, Record] = {}
        self._users: weakref.WeakKeyDictionary[Any, dict[Any, int | None]] = (
            weakref.WeakKeyDictionary()
        )
        self._dropped: list[int | None] = []
        self._query_lines = threading.local()
        self._session_lines: weakref.WeakKeyDictionary[Session, int | None] = (
            weakref.WeakKeyDictionary()
        )

    @property
    def open_sessions(self) -> list[Leftover]:
        """Connections taken from a pool and not given back, also those that were lost (the last
        reference went away). `line` is where the session was made, else where the connection
        was taken.
        """
        lines = [*self._dropped, *self.checked_out.values()]
        return [Leftover(what="a database connection", line=line) for line in lines]

    @property
    def open_connections(self) -> list[Leftover]:
        """Connections to a file that were opened and not closed, those in a pool and those that
        Python has closed with their last reference included. `line` opened them.
        """
        lines = [*self._dropped_files, *self._open_files.values()]
        return [Leftover(what="a connection to the database", line=line) for line in lines]

    @property
    def lock_waits(self) -> list[LockWait]:
        """From when to when a statement waited until another connection had let go."""
        return self._locks.waits

    def run(self, sql: str, rows: Iterable[Iterable[Any]] = ((),)) -> list[tuple[Any, ...]]:
        """Run a statement for each of `rows` on the app's file; what it selects.

        It is the suite's own: committed at once, takes no time, and is not counted.
        """
        if self._file is None:
            raise CheckFailed(
                ValueCheck(expected="an app that opens its database when it starts", actual="none")
            )
        if self.keeps and not _SELECT.match(sql):
            return []
        if self.replaces:
            sql = _INSERT.sub("INSERT OR REPLACE INTO", sql)
        found = run_at_once(self._file, sql, [tuple(row) for row in rows])
        self._locks.let_go()
        return found

    def has_written(self) -> bool:
        """Whether the app has changed rows since the last time that this was asked."""
        known, self._known = self._known, len(self.statements)
        return any(_WRITES.match(sql) for sql in self.statements[known:])

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Note connections, sessions and statements until the block ends."""
        execute: Any = aiosqlite.Connection._execute
        make: Any = AsyncSession.__init__
        connect: Any = aiosqlite.Connection.__init__
        drop: Any = getattr(aiosqlite.Connection, "__del__", None)
        connection_class: Any = aiosqlite.Connection
        session_class: Any = AsyncSession
        database = self

        async def execute_noting(connection: Any, fn: Callable[..., Any], *a: Any, **k: Any) -> Any:
            line = database._line(sys._getframe(1))
            twin, visit, task = TWIN.get(), visits.current(), asyncio.current_task()
            fails = any(isinstance(x, str) and _WORK.match(x) for x in a) and database._is_due()

            def run(*args: Any, **kwargs: Any) -> Any:
                database._query_lines.line = line
                database._query_lines.twin = twin
                if fails and args and isinstance(args[0], str) and _WORK.match(args[0]):
                    with visits.belongs_to(visit):
                        database.recorder.end(database._query(args[0].split()[0], line), "failed")
                    raise sqlite3.OperationalError("disk I/O error")
                with visits.belongs_to(visit):
                    found = fn(*args, **kwargs)
                database.rows += len(found) if type(found) is list else 0
                is_update = args and isinstance(args[0], str) and _UPDATE.match(args[0])
                if is_update and isinstance(found, sqlite3.Cursor) and found.rowcount == 0:
                    database._unchanged.append(Unchanged(line, visit))
                return found

            users = database._users.setdefault(connection, {})
            database.shared += [(other, line) for user, other in users.items() if user is not task]
            users[task] = line
            try:
                return await execute(connection, run, *a, **k)
            finally:
                users.pop(task, None)

        def connect_noting(
            connection: Any, connector: Callable[[], Any], *a: Any, **k: Any
        ) -> None:
            line = database._line(sys._getframe(1))

            def opening() -> Any:
                database._query_lines.line = line
                return connector()

            connect(connection, opening, *a, **k)

        def drop_noting(connection: Any) -> None:
            # Its last reference went away, and nobody had closed it: this closes it now.
            database._lost(connection._connection)
            drop(connection)

        def make_noting(session: Any, *args: Any, **kwargs: Any) -> None:
            make(session, *args, **kwargs)
            database._session_lines[session.sync_session] = database._line(sys._getframe(1))

        listeners: list[tuple[Any, str, Callable[..., None]]] = [
            (Pool, "checkout", self.checkout),
            (Pool, "checkin", self.checkin),
            (Pool, "detach", self.detach),
            (Session, "after_begin", self._begin),
        ]
        for listener in listeners:
            event.listen(*listener)
        try:
            with ExitStack() as stack:
                for put in (
                    seals.put(sqlite3, "connect", self.open),
                    seals.put(sqlite3.dbapi2, "connect", self.open),
                    seals.put(connection_class, "_execute", execute_noting),
                    seals.put(connection_class, "__init__", connect_noting),
                    seals.put(session_class, "__init__", make_noting),
                ):
                    stack.enter_context(put)
                if drop is not None:
                    stack.enter_context(seals.put(connection_class, "__del__", drop_noting))
                yield
        finally:
            for listener in listeners:
                event.remove(*listener)

    def _begin_again(self) -> None:
        for noted in (
            *(self.commits, self._undone, self._steps, self._unchanged),
            *(self.shared, self.lock_waits),
        ):
            noted.clear()

    def _is_due(self) -> bool:
        """Whether this is the query of its request that the circumstance lets fail."""
        circumstance, served = self.recorder.circumstance, REQUEST.get()
        if circumstance.failing != DATABASE or served is None:
            return False
        served.queries += 1
        if served.queries != circumstance.query:
            return False
        note_failure(f"query {served.queries}", broken=True)
        return True

    def open(self, database: Any, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        how = dict(zip(ARGUMENTS, args, strict=False)) | kwargs
        timeout = how.pop("timeout", USUAL_TIMEOUT)
        how.setdefault("factory", Patient)
        connection: sqlite3.Connection = hasty(sqlite_connect(database, timeout=0, **how))
        connection.set_trace_callback(self._run)
        name = str(database)
        if name and not name.startswith((":memory:", "file:")):
            self.connections += 1
            self._file = self._file or name
            line = self._line_of_query(sys._getframe(1))
            self._open_files[id(connection)] = line
        if isinstance(connection, Patient):
            self._numbers[connection] = self.connections
            connection.timeout = float(timeout)
            connection.locks = self._locks
        return connection

    def _closed(self, connection: Patient) -> None:
        self._begun.pop(connection, None)
        self._open_files.pop(id(connection), None)

    def _lost(self, connection: Any) -> None:
        if id(connection) in self._open_files:
            self._dropped_files.append(self._open_files.pop(id(connection)))

    def _began(self, connection: Patient) -> None:
        self._begun[connection] = Write(self._line_of_query(sys._getframe(1)), visits.current())

    def _wrote(self, connection: Patient) -> None:
        write = Write(self._line_of_query(sys._getframe(1)), visits.current())
        self._writes.setdefault(connection, []).append(write)
        self._step(write.line, is_read=False)

    def _step(self, line: int | None, *, is_read: bool) -> None:
        visit = visits.current()
        if visit is not None:
            at = max(0.0, float((current() or self.recorder.clock).now()))
            self._steps.append(Step(at, line, visit, is_read))

    def _ended(self, connection: Patient, is_stored: bool) -> None:
        self._begun.pop(connection, None)
        writes = tuple(self._writes.pop(connection, ()))
        line = self._line_of_query(sys._getframe(1))
        at = float((current() or self.recorder.clock).now())
        number = self._numbers.get(connection, 0)
        is_alone = connection.isolation_level is None and len(writes) == 1
        commit = Commit(at, line, number, visits.current(), writes, is_alone)
        (self.commits if is_stored else self._undone).append(commit)

    def _run(self, statement: str) -> None:
        """SQLite calls this in the thread that runs the statement."""
        work = _WORK.match(statement)
        timed = work or (_COMMIT.match(statement) if callable(self.latency) else None)
        if timed is None or self._locks.is_again:
            return
        is_twins = getattr(self._query_lines, "twin", None) is not None
        if work is not None and not is_twins:
            self.statements.append(statement)
        latency = self.latency(statement) if callable(self.latency) else self.latency
        frame, verb = sys._getframe(1), timed[1].upper()
        if latency:
            latency *= self.recorder.circumstance.stretch
            self._pass_time(latency, verb, frame, is_twins=is_twins)
        if not is_twins and verb in ("SELECT", "WITH"):
            self._step(self._line_of_query(frame), is_read=True)

    def _pass_time(
        self, latency: float, verb: str, frame: FrameType, *, is_twins: bool = False
    ) -> None:
        clock = current()
        sleep = time.sleep if clock is None else clock.sleep
        if clock is not None and asyncio._get_running_loop() is not None:
            start = clock.now()
            sleep(latency)
            timing.record(clock, "a synchronous sqlite3 query", start, frame)
            return
        if is_twins:
            sleep(latency)
            return
        line = self._line_of_query(frame)
        record = self._query(verb, line)
        sleep(latency)
        self.recorder.end(record)

    def _query(self, verb: str, line: int | None) -> Record:
        return self.recorder.begin("query", f"query ({verb})", "database", "query", line)

    # -- what SQLAlchemy tells -----------------------------------------------

    def checkout(self, _connection: Any, record: Any, _proxy: Any) -> None:
        self.checked_out[id(record)] = line = self._line(sys._getframe(1))
        self._out[id(record)] = self.recorder.begin(
            "connection", "a connection", "database", "connection", line
        )
        self.max_checked_out = max(self.max_checked_out, len(self.checked_out))

    def _begin(self, session: Session, _transaction: Any, connection: Any) -> None:
        record = id(getattr(connection.connection, "_connection_record", None))
        if record in self.checked_out:
            line = self._session_lines.get(session) or self.checked_out[record]
            self.checked_out[record] = self._out[record].line = line

    def checkin(self, _connection: Any, record: Any) -> None:
        self.checked_out.pop(id(record), None)
        if id(record) in self._out:
            self.recorder.end(self._out.pop(id(record)))

    def detach(self, _connection: Any, record: Any) -> None:
        # SQLAlchemy detaches a connection whose last reference went away without a checkin.
        if id(record) in self.checked_out:
            self._dropped.append(self.checked_out.pop(id(record)))

    def _line_of_query(self, frame: FrameType | None) -> int | None:
        """The learner's line that is running, or the one whose query this thread runs."""
        line: int | None = self._line(frame) or getattr(self._query_lines, "line", None)
        return line

    def _line(self, frame: FrameType | None) -> int | None:
        """The learner's line that is running, also from inside SQLAlchemy's greenlets."""
        here: Any = greenlet.getcurrent()
        while True:
            line = lines.on_stack(self.recorder.file, frame)
            if line is not None:
                return line
            here = here.parent
            if here is None:
                return self.recorder.line(frame)
            frame = here.gr_frame
