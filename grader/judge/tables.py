"""The judge's side of a database: the suite's own SQLite runs what comes from the host.

What is opened, run, fetched and stored is counted here. Which connections of a pool are out, the
host says; that one is back is believed only where it was rolled back, and is not used again.
"""

import math
import re
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from grader.judge.line import Nonsense, Unplayable
from grader.judge.services import Start
from grader.judge.values import unpack
from grader.suite.database import Database

MAX_ROWS = 100_000
"""Of one answer to a statement."""
MAX_BYTES = 8 << 20
"""Of one value, and of a statement."""
STEPS, MAX_TICKS = 1_000_000, 500
"""A statement is looked at after so many steps of SQLite's machine, so often at most."""
EXECUTES = frozenset(["execute", "executemany", "executescript"])
FETCHES = frozenset(["fetchone", "fetchmany", "fetchall"])
_OPENING = frozenset(["timeout", "isolation_level", "cached_statements", "autocommit"])
_FILES = frozenset(["temp_store_directory", "data_store_directory"])


class Bounds:
    """What no statement of a host's may do. It has no reference to its connection, which would
    never be lost then.
    """

    ticks = 0
    is_endless = False
    wants_files = False

    def keep(self, opened: sqlite3.Connection) -> None:
        opened.set_authorizer(self.allows)
        opened.set_progress_handler(self.tick, STEPS)
        for limit in (sqlite3.SQLITE_LIMIT_LENGTH, sqlite3.SQLITE_LIMIT_SQL_LENGTH):
            opened.setlimit(limit, MAX_BYTES)

    def allows(self, action: int, first: str | None, *_: str | None) -> int:
        """No file but its own: neither ATTACH nor VACUUM INTO opens one, nor does a PRAGMA."""
        attaches = action == sqlite3.SQLITE_ATTACH and first != ""
        if attaches or (action == sqlite3.SQLITE_PRAGMA and first in _FILES):
            self.wants_files = True
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    def tick(self) -> bool:
        """Whether SQLite is to break off."""
        self.ticks += 1
        self.is_endless = self.ticks > MAX_TICKS
        return self.is_endless


class Connection:
    """One of the answer's, and the cursors that it has there."""

    def __init__(self, opened: sqlite3.Connection) -> None:
        self.opened = opened
        self.cursors: dict[int, sqlite3.Cursor] = {}
        self.dropped: list[int] = []
        self.is_pooled = self.is_out = self.is_wanted = False
        """Does a pool have it; is it out; and does nobody say that it is back."""
        self.is_reset = False
        """Has it been rolled back since its last statement, or closed: so pools take it back."""
        self.running = 0
        """Statements that run now: it must not be closed meanwhile."""
        self.bounds = Bounds()
        self.bounds.keep(opened)
        opened.create_function("regexp", 2, _regexp, deterministic=True)
        opened.create_function("floor", 1, math.floor, deterministic=True)

    def run(self, cursor: int, method: str, *given: Any) -> Any:
        """What comes of it. Raises sqlite3.Error, Nonsense, Unplayable."""
        self.bounds.ticks = 0
        self.running += 1
        try:
            return self._run(cursor, method, *given)
        except sqlite3.DatabaseError:
            if self.bounds.is_endless:
                raise Nonsense("a statement without end") from None
            if self.bounds.wants_files:
                raise Unplayable("a second file of the database") from None
            raise
        finally:
            self.running -= 1

    def _run(self, cursor: int, method: str, *given: Any) -> Any:
        if method == "close":  # it keeps its locks as long as one of its cursors lives
            self.dropped = [*self.cursors]
        for number in self.dropped:
            self.cursors.pop(number).close()
        self.dropped.clear()
        if method in ("commit", "rollback", "close"):
            self.is_reset = method != "commit"
            return getattr(self.opened, method)()
        if method == "level":
            self.opened.isolation_level = given[0]
            return None
        if method not in EXECUTES | FETCHES:
            raise Nonsense("a method that is none")
        if cursor not in self.cursors:
            self.cursors[cursor] = self.opened.cursor()
        its = self.cursors[cursor]
        if method == "fetchall":
            method, given = "fetchmany", (MAX_ROWS,)
        found = getattr(its, method)(*given)
        if method in FETCHES:
            return found
        self.is_reset = False
        names = its.description and [name for name, *_ in its.description]
        return names, its.rowcount, its.lastrowid

    def drop(self, cursor: int) -> None:
        """It is closed before the next statement: this thread must not wait for one that runs."""
        if cursor in self.cursors and cursor not in self.dropped:
            self.dropped.append(cursor)

    @property
    def state(self) -> tuple[bool, int] | None:
        """Is a transaction open, and how many rows have changed; None once it is closed."""
        try:
            return self.opened.in_transaction, self.opened.total_changes
        except sqlite3.ProgrammingError:
            return None


def _regexp(pattern: str, text: str | None) -> bool | None:
    return None if text is None else re.search(pattern, text) is not None


class Tables:
    """What the host asks of a suite's database; its files are in `folder`."""

    def __init__(self, played: Database, start: Start, folder: Path) -> None:
        self.database = played
        self.start = start
        self.folder = folder
        self.files: dict[str, Path] = {}
        self.connections: dict[int, Connection] = {}

    def close(self) -> None:
        """At the end of a test: what the host has left open."""
        for known in self.connections.values():
            if not known.running:
                known.run(0, "close")

    @property
    def takes(self) -> dict[str, Callable[..., None]]:
        """By the host's word for it."""
        return {"sql": self._ask, "drop": self._drop, "lose": self._lose, "pool": self._pool}

    def _ask(self, number: int, asked: Any, visit: int | None) -> None:
        self.start(number, partial(self._run, *unpack(asked)), visit)

    def _run(self, number: int, cursor: int, method: Any, *given: Any) -> Any:
        """What comes of it, in the thread that this waits in: how, the state then, and what."""
        try:
            if method == "connect":
                self._connect(number, *given)
                found: Any = None
            else:
                known = self._known(number)
                if known.is_pooled and method in EXECUTES:
                    self._take(known)  # whatever the host has said of it
                found = known.run(cursor, method, *given)
                self._settle(known)
                if type(found) is list:
                    self.database.rows += len(found)
                    if len(found) >= MAX_ROWS:
                        raise Unplayable("so many rows")
        except (sqlite3.Error, sqlite3.Warning) as error:
            code, name = (getattr(error, f"sqlite_error{what}", None) for what in ("code", "name"))
            kind = type(error).__name__
            return "raised", self._state(number), (kind, [str(error)], code, name)
        return "done", self._state(number), found

    def _state(self, number: int) -> tuple[bool, int] | None:
        return self.connections[number].state if number in self.connections else None

    def _known(self, number: int) -> Connection:
        if number not in self.connections:
            raise Nonsense("a connection that is none")
        return self.connections[number]

    def _connect(self, number: int, path: str, how: dict[str, Any]) -> None:
        if not how.keys() <= _OPENING or number in self.connections:
            raise Nonsense("a connection that is none")
        file: Path | str = path
        if path != ":memory:":
            file = self.files.setdefault(path, self.folder / f"{len(self.files)}.db")
        opened = self.database.open(file, check_same_thread=False, **how)
        self.connections[number] = Connection(opened)

    def _drop(self, number: int, cursor: int) -> None:
        """It has closed that cursor."""
        if number in self.connections:
            self.connections[number].drop(cursor)

    def _lose(self, number: int) -> None:
        """Its last reference to a connection went away: Python closes it then."""
        self.connections.pop(number, None)

    def _pool(self, number: int, how: str) -> None:
        """A pool has given it out, has it back, or has lost it."""
        known = self.connections.get(number)
        if known is None:
            return
        known.is_pooled, known.is_wanted = True, how == "out"
        if how == "out":
            self._take(known)
        elif how == "in":
            self._settle(known)
        else:
            self.database.detach(None, known)

    def _take(self, known: Connection) -> None:
        if not known.is_out:
            known.is_out = True
            self.database.checkout(None, known, None)

    def _settle(self, known: Connection) -> None:
        """It is back once the host says so, and has rolled it back, as a pool does."""
        if known.is_out and known.is_reset and not known.is_wanted:
            known.is_out = False
            self.database.checkin(None, known)
