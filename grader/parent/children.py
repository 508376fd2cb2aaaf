"""The children of this process: one server for each level of isolation, or spawned Pythons.

A sandbox has its server inside. Imports nothing heavy, as forked.py.
"""

import atexit
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from grader import system
from grader.model.errors import GraderError
from grader.model.job import Job
from grader.model.report import Isolation
from grader.parent import spawned
from grader.parent.forked import Server, ServerGone

_servers: dict[Isolation, Server] = {}
_turn = threading.RLock()
"""`grader live` has children started by several threads; a server begins, ends and forks for one
of them at a time."""


class Child(Protocol):
    """One answer's process, as its parent sees it: forked.Forked or spawned.Spawned."""

    @property
    def channel(self) -> Any:
        """Brings its events: what a selector can wait for."""

    exit_code: int | None
    computed: float | None
    """CPU seconds that it and its children had; None when the system does not say."""
    wanted: bool
    """Whether it could have run when it was killed: it waited for the processor only."""
    lost: bool
    """Whether it is the grader's own process that failed, and not the answer's."""

    @property
    def unstarted(self) -> bool:
        """Whether it failed before it saw its answer."""

    def failure(self) -> GraderError:
        """What to raise when it did not even begin."""

    def read(self) -> bytes:
        """What it has said; empty when nothing more will come. Raises BlockingIOError, OSError."""

    def alive(self) -> bool:
        """False when it has ended and nothing more of it will come."""

    def wait(self, real_seconds: float) -> None:
        """Until it has ended, but not longer than that."""

    def kill(self) -> None:
        """End it and whatever it started."""

    def close(self) -> None:
        """Give its descriptors back."""


def get(isolation: Isolation = "process") -> Server:
    """The one server of this level."""
    return _servers.setdefault(isolation, Server(isolation))


def start(suites: Iterable[Path] = (), isolation: Isolation = "process") -> None:
    """Start the server of this level now, unless it runs; it collects `suites`.

    Where children are spawned, start the first one.
    """
    with _turn:
        if _spawns(isolation):
            spawned.get_ready()
        else:
            get(isolation).start(suites)


def renew(suites: Iterable[Path], isolation: Isolation) -> None:
    """Replace the server by a new one, which collects `suites` as they are now."""
    with _turn:
        if not _spawns(isolation):
            get(isolation).stop()
            get(isolation).start(suites)


def end_if_stopped(isolation: Isolation) -> None:
    """End the server of this level when an answer has stopped it: it forks and reaps no more."""
    server = _servers.get(isolation)
    if server is not None and server.stopped:
        server.stop()


def _spawns(isolation: Isolation) -> bool:
    """Whether this level's children are spawned; in a sandbox a server forks them."""
    return isolation != "sandbox" and system.spawns()


def can_judge(isolation: Isolation) -> bool:
    """Whether this level has a warm server, which forks a judge."""
    return not _spawns(isolation)


def get_ready(isolation: Isolation) -> None:
    """Where children are spawned, have the next one import everything before its job comes."""
    if _spawns(isolation):
        spawned.get_ready()


def stop() -> None:
    """End every server and child at once: one that still imports would hold our output open."""
    for server in _servers.values():
        server.stop()
    spawned.stop()


atexit.register(stop)


def child(job: Job, suites: Iterable[Path], isolation: Isolation) -> Child:
    """A child at work on `job`; a server that is gone is started again. Raises GraderError."""
    with _turn:
        if _spawns(isolation):
            return spawned.child(job)
        server = get(isolation)
        for attempt in (1, 2):
            server.start(suites)
            try:
                return server.fork(job)
            except ServerGone:
                if attempt == 2:
                    raise server.failure() from None
                server.stop()
        raise AssertionError
