"""The host's side of a database: connections to SQLite whose statements the judge runs.

Below each lies a real connection to nothing, which makes the rows: so the answer's row factories
work as they do elsewhere.
"""

import itertools
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, NoReturn

from sqlalchemy import event
from sqlalchemy.pool import Pool

from grader.security import seals
from grader.suite.database import ARGUMENTS
from grader.suite.patience import Overridden, sqlite_connect

PLAIN = (type(None), int, float, str, bytes)
KNOWN = ("regexp", "floor")
"""Functions that SQLAlchemy gives to each connection; the judge has them, too."""
UNPLAYED = (
    *("backup", "blobopen", "create_aggregate", "create_collation", "create_window_function"),
    *("deserialize", "enable_load_extension", "interrupt", "load_extension", "serialize"),
    *("set_authorizer", "set_progress_handler", "set_trace_callback"),
)
_NUMBERS = itertools.count(1)


class Cursor(sqlite3.Cursor):
    """What a statement has found, row by row out of the judge."""

    connection: "Connection"
    _select = ""
    _told: Any = None
    _counted, _last = -1, None
    _is_open = False

    def __init__(self, connection: "Connection") -> None:
        super().__init__(connection)
        self._number = next(_NUMBERS)

    description = property(lambda cursor: cursor._told)
    rowcount = property(lambda cursor: cursor._counted)
    lastrowid = property(lambda cursor: cursor._last)

    def execute(self, sql: str, parameters: Any = ()) -> "Cursor":
        return self._run("execute", sql, _adapted(parameters))

    def executemany(self, sql: str, parameters: Any) -> "Cursor":
        return self._run("executemany", sql, [_adapted(each) for each in parameters])

    def executescript(self, sql: str) -> "Cursor":
        return self._run("executescript", sql)

    def _run(self, *asked: Any) -> "Cursor":
        self._is_open = True
        names, self._counted, self._last = self.connection.ask(self._number, *asked)
        self._told = names and tuple((name, *[None] * 6) for name in names)
        quoted = [name.replace('"', '""') for name in names or ()]
        self._select = "SELECT " + ", ".join(f'? AS "{name}"' for name in quoted)
        return self

    def fetchone(self) -> Any:
        row = self.connection.ask(self._number, "fetchone") if self._told else None
        return None if row is None else self._row(row)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._fetch("fetchmany", self.arraysize if size is None else size)

    def fetchall(self) -> list[Any]:
        return self._fetch("fetchall")

    def _fetch(self, *asked: Any) -> list[Any]:
        if self._told is None:
            return []
        return [self._row(row) for row in self.connection.ask(self._number, *asked)]

    def _row(self, row: Any) -> Any:
        super().execute(self._select, row)
        return super().fetchone()

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        return iter(self.fetchone, None)

    def __next__(self) -> Any:
        row = self.fetchone()
        if row is None:
            raise StopIteration
        return row

    def close(self) -> None:
        self._drop()
        super().close()

    def __del__(self) -> None:
        self._drop()

    def _drop(self) -> None:
        if self._is_open:
            self._is_open = False
            self.connection.drop(self._number)


class Connection(Overridden):
    """One of the answer's; its transactions are in the judge."""

    driver: "Driver"
    number = 0
    _level: Any = ""
    _state: tuple[bool, int] = (False, 0)
    _is_open = False

    in_transaction = property(lambda connection: connection._state[0])
    total_changes = property(lambda connection: connection._state[1])

    @property
    def isolation_level(self) -> Any:
        return self._level

    @isolation_level.setter
    def isolation_level(self, value: Any) -> None:
        self.ask(0, "level", value)
        self._level = value

    def begin(self, driver: "Driver", path: str, how: dict[str, Any]) -> None:
        self.driver, self.number = driver, next(_NUMBERS)
        self._level = how.get("isolation_level", "")
        self.ask(0, "connect", path, how)
        self._is_open = True

    def ask(self, cursor: int, *asked: Any) -> Any:
        """What comes of it in the judge. Raises what SQLite raises there."""
        said, state, found = self.driver.blocks("sql", self.number, cursor, *asked)
        self._state = state or self._state
        if said != "done":
            kind, args, code, name = found
            error = getattr(sqlite3, kind)(*args)
            error.sqlite_errorcode, error.sqlite_errorname = code, name
            raise error
        return found

    def drop(self, cursor: int) -> None:
        self.driver.says("drop", self.number, cursor)

    def cursor(self, factory: Any = Cursor) -> Any:
        if factory is not Cursor:
            self.driver.refuse("a class of cursors")
        return super().cursor(Cursor)  # type: ignore[arg-type]  # typeshed has a function

    def commit(self) -> None:
        self.ask(0, "commit")

    def rollback(self) -> None:
        self.ask(0, "rollback")

    def close(self) -> None:
        super().close()
        if self._is_open:
            self._is_open = False
            self.ask(0, "close")

    def __del__(self) -> None:
        if self._is_open:
            self.driver.says("lose", self.number)

    def create_function(self, name: str, *_: Any, **__: Any) -> None:
        if name not in KNOWN:
            self.driver.refuse(f"a function for SQL, {name}")


def _refusing(name: str) -> Callable[..., NoReturn]:
    def refuse(connection: Connection, *_: Any, **__: Any) -> NoReturn:
        connection.driver.refuse(f"{name} of a database's connection")

    return refuse


for _name in UNPLAYED:
    setattr(Connection, _name, _refusing(_name))


def _adapted(parameters: Any) -> Any:
    """As sqlite3 would bind them. Raises ProgrammingError."""
    if isinstance(parameters, Mapping):
        return {name: _bound(value) for name, value in parameters.items()}
    return [_bound(value) for value in parameters]


def _bound(value: Any) -> Any:
    if type(value) in PLAIN or isinstance(value, bool | bytearray | memoryview):
        return value
    try:
        return sqlite3.adapt(value, sqlite3.PrepareProtocol)
    except sqlite3.ProgrammingError:
        if isinstance(value, int | float | str | bytes):
            return value
        raise


class Driver:
    """Of one test: `blocks` has the judge's word for a message, `says` has none, `refuse` tells
    that something cannot be played.
    """

    def __init__(
        self,
        blocks: Callable[..., Any],
        says: Callable[..., None],
        refuse: Callable[[str], NoReturn],
    ) -> None:
        self.blocks = blocks
        self.says = says
        self.refuse = refuse
        self._places: dict[int, int] = {}
        """Of each place in a pool: the number of its connection."""

    def connect(self, database: Any, *args: Any, **how: Any) -> sqlite3.Connection:
        """What stands for sqlite3.connect."""
        how = dict(zip(ARGUMENTS, args, strict=False)) | how
        path = os.fsdecode(database)
        if how.pop("detect_types", 0) or how.pop("uri", False) or "factory" in how:
            self.refuse("this way to open a database")
        how.pop("check_same_thread", None)
        if path != ":memory:":
            path = os.path.abspath(path)
            with open(path, "ab"):
                pass  # an answer may look whether it is there
        made: Any = sqlite_connect(
            ":memory:", factory=Connection, check_same_thread=False, isolation_level=None
        )
        made.begin(self, path, how)
        return made  # type: ignore[no-any-return]

    def _note(self, how: str, place: Any) -> None:
        if how == "out":
            driven = place.driver_connection
            own = getattr(driven, "_conn", driven)  # below aiosqlite's
            self._places[id(place)] = own.number
        if id(place) in self._places:
            self.says("pool", self._places[id(place)], how)

    @contextmanager
    def driving(self) -> Iterator[None]:
        """Every connection is the judge's until the block ends, and it hears of pools."""
        listeners: list[tuple[Any, str, Callable[..., None]]] = [
            (Pool, "checkout", lambda _connection, record, _proxy: self._note("out", record)),
            (Pool, "checkin", lambda _connection, record: self._note("in", record)),
            (Pool, "detach", lambda _connection, record: self._note("lost", record)),
        ]
        for listener in listeners:
            event.listen(*listener)
        try:
            with ExitStack() as stack:
                for module in (sqlite3, sqlite3.dbapi2):
                    stack.enter_context(seals.put(module, "connect", self.connect))
                yield
        finally:
            for listener in listeners:
                event.remove(*listener)
