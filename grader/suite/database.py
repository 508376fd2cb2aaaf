"""`database`: real SQLite, whose statements take time in the thread that runs them."""

import asyncio
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.pool import Pool

from grader.clock import timing
from grader.clock.membership import current
from grader.model import Leftover
from grader.trace import Trace

_connect = sqlite3.connect
_WORK = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "REPLACE")


class Database:
    """Watches every SQLite connection that opens while a test runs.

    `latency`: seconds that each statement on rows takes; 0 until the suite sets it.
    `statements`: their texts. `held`: pooled connections that are checked out now.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.latency = 0.0
        self.statements: list[str] = []
        self.held: dict[int, int | None] = {}
        self.most_held = 0
        self._lines = threading.local()

    @property
    def open_sessions(self) -> list[Leftover]:
        """Connections that were taken from a pool and not given back."""
        return [Leftover(what="a database connection", line=line) for line in self.held.values()]

    @contextmanager
    def watching(self) -> Iterator[None]:
        execute: Any = aiosqlite.Connection._execute
        patched: Any = aiosqlite.Connection
        database = self

        async def execute_noting(connection: Any, fn: Callable[..., Any], *a: Any, **k: Any) -> Any:
            line = database.trace.line(sys._getframe(1))

            def run(*args: Any, **kwargs: Any) -> Any:
                database._lines.line = line
                return fn(*args, **kwargs)

            return await execute(connection, run, *a, **k)

        sqlite3.connect = self._open  # type: ignore[assignment]
        patched._execute = execute_noting
        event.listen(Pool, "checkout", self._checkout)
        event.listen(Pool, "checkin", self._checkin)
        try:
            yield
        finally:
            sqlite3.connect = _connect
            patched._execute = execute
            event.remove(Pool, "checkout", self._checkout)
            event.remove(Pool, "checkin", self._checkin)

    def _open(self, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = _connect(*args, **kwargs)
        connection.set_trace_callback(self._run)
        return connection

    def _run(self, statement: str) -> None:
        """SQLite calls this in the thread that runs the statement."""
        words = statement.split()
        verb = words[0].upper() if words else ""
        if verb not in _WORK or not self.latency:
            return
        self.statements.append(statement)
        frame = sys._getframe(1)
        line = self.trace.line(frame) or getattr(self._lines, "line", None)
        record = self.trace.begin("query", f"{verb} query", "database", "query", line)
        start = self.trace.clock.now()
        clock = current()
        (clock.sleep if clock is not None else time.sleep)(self.latency)
        self.trace.end(record)
        if clock is not None and asyncio._get_running_loop() is not None:
            timing.record(clock, "a synchronous sqlite3 query", start, frame)

    def _checkout(self, _connection: Any, record: Any, _proxy: Any) -> None:
        self.held[id(record)] = self.trace.line(sys._getframe(1))
        self.most_held = max(self.most_held, len(self.held))

    def _checkin(self, _connection: Any, record: Any) -> None:
        self.held.pop(id(record), None)
