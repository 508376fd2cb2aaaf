"""Children that no audit hears, to prove what lies behind it. The grader has no such switch."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from grader.model.report import Isolation
from grader.parent import children, python, spawned
from grader.parent.forked import Server

IMPORT = "from grader.child import "
UNAUDITED = (
    "import grader.child.main; from grader.child.tampering import Tampering; "
    "Tampering.begin = lambda self: None; "
)
_servers: dict[Isolation, Server] = {}
_audited_command = python.command


@contextmanager
def unaudited() -> Iterator[None]:
    """Meanwhile answers are graded by servers, or by spawned children, without an audit."""
    audited = children._servers
    children._servers, python.command = _servers, _command
    spawned.stop()
    try:
        yield
    finally:
        children._servers, python.command = audited, _audited_command
        spawned.stop()


def stop() -> None:
    for server in _servers.values():
        server.stop()


atexit.register(stop)


def _command(entry: str, task: dict[str, Any], *options: str) -> list[str]:
    words = _audited_command(entry, task, *options)
    code = words[-2]
    assert IMPORT in code
    return [*words[:-2], code.replace(IMPORT, UNAUDITED + IMPORT), words[-1]]
