"""The warm servers: processes that have imported everything, and fork a child per answer.

Imports nothing heavy itself, so that the command line can start one first and get ready
while it imports.
"""

import contextlib
import os
import pickle
import secrets
import select
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.isolation import bubblewrap, leftovers
from grader.model.errors import GraderError
from grader.model.job import MESSAGE_BYTES, Job
from grader.model.report import Isolation
from grader.parent import python
from grader.system import HAS_POSIX

SEND_REAL_SECONDS = 30.0
"""A server that takes no message for this long was stopped, by an answer perhaps."""


class ServerGone(Exception):  # noqa: N818 - it says what happened
    """The warm server has ended or does not answer."""


@dataclass(eq=False)
class Forked:
    """A children.Child, whose server tells over `status` how it does."""

    server: "Server"
    number: int
    channel: int
    status: int
    pid: int | None = None
    exit_code: int | None = None
    computed: float | None = None
    wanted: bool = False
    ended: bool = False
    lost: bool = False
    _said: bytes = b""

    @property
    def unstarted(self) -> bool:
        return self.pid is None

    def failure(self) -> GraderError:
        return self.server.failure()

    def read(self) -> bytes:
        return os.read(self.channel, 1 << 16)

    def alive(self) -> bool:
        """False when it and what it started have ended, or its server has and nothing is known."""
        self._listen(0)
        if self.lost and self.server.shares_processes and self.pid is not None:
            # Its server is gone, but it may run on and finish.
            return leftovers.exists(self.pid)
        return not (self.ended or self.lost)

    def wait(self, real_seconds: float) -> None:
        until = time.monotonic() + real_seconds
        while self.alive() and (left := until - time.monotonic()) > 0:
            self._listen(min(left, 0.05 if self.lost else left))

    def kill(self) -> None:
        if self.ended:
            return
        try:
            self.server.send("k", self.number)
        except ServerGone:
            self.lost = True
        if self.lost and self.server.shares_processes and self.pid is not None:
            leftovers.kill_group(self.pid)

    def close(self) -> None:
        for fd in (self.channel, self.status):
            with contextlib.suppress(OSError):
                os.close(fd)

    def _listen(self, real_seconds: float) -> None:
        if self.ended or self.lost:
            if real_seconds:
                time.sleep(real_seconds)
            return
        if not select.select([self.status], [], [], real_seconds)[0]:
            return
        data = os.read(self.status, 256)
        self._said += data
        words = self._said.split()
        with contextlib.suppress(ValueError, IndexError):
            self.pid = int(words[0])
            self.exit_code = int(words[1])
            self.computed = int(words[2]) / 1000
            self.wanted = words[3] == b"1"
            self.ended = True
        self.lost = not data and not self.ended


@dataclass(eq=False)
class Server:
    """One warm server, from its start to its end."""

    isolation: Isolation
    marker: str = field(default_factory=lambda: secrets.token_hex(8))
    _process: "subprocess.Popen[bytes] | None" = None
    _control: socket.socket | None = None
    _errors: Any = None
    _number: int = 0

    @property
    def shares_processes(self) -> bool:
        """Whether its children's pids are valid out here: a sandbox has a namespace of its own."""
        return self.isolation != "sandbox"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped it: an answer that shares its processes can."""
        return self._process is not None and leftovers.is_stopped(self._process.pid)

    def start(self, suites: Iterable[Path] = ()) -> None:
        """Start it now, unless it runs; it collects `suites` for its children."""
        if self.running:
            return
        self.stop()
        paths = list(dict.fromkeys(suites))
        ours, theirs = socket.socketpair()
        task = {
            "control": theirs.fileno(),
            "isolation": self.isolation,
            "suites": [str(path) for path in paths],
        }
        words = python.command("server", task)
        variables = python.variables(self.marker)
        if self.isolation == "sandbox":
            readable = [python.PACKAGE, *(path.parent.parent for path in paths)]
            words = [*bubblewrap.command(readable, variables), *words]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the server
        self._process = subprocess.Popen(
            words,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        ours.settimeout(SEND_REAL_SECONDS)
        self._control = ours

    def fork(self, job: Job) -> Forked:
        """A child that grades `job`. Raises ServerGone."""
        if not HAS_POSIX:
            raise ServerGone
        self._number += 1
        channel, channel_there = os.pipe()
        status, status_there = os.pipe()
        os.set_blocking(channel, False)
        child = Forked(self, self._number, channel, status)
        with tempfile.TemporaryFile() as errand:
            pickle.dump(job, errand)
            errand.flush()
            try:
                self.send("f", self._number, [errand.fileno(), channel_there, status_there])
            except ServerGone:
                child.close()
                raise
            finally:
                os.close(channel_there)
                os.close(status_there)
        return child

    def send(self, what: str, number: int, fds: list[int] | None = None) -> None:
        """Ask for something. Raises ServerGone."""
        message = f"{what}{number:0{MESSAGE_BYTES - 1}}".encode()
        if not HAS_POSIX or self._control is None:
            raise ServerGone
        try:
            if socket.send_fds(self._control, [message], fds or []) != len(message):
                raise ServerGone
        except OSError:
            raise ServerGone from None

    def stop(self) -> None:
        """Kill it, and what its children may have left."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._process = None
        self._errors.close()
        self._errors = None
        if self.shares_processes:
            leftovers.kill_marked(f"{leftovers.MARKER}={self.marker}")

    def failure(self) -> GraderError:
        if self._errors is None:  # it was stopped, for it did nothing in time
            return GraderError(
                "The grader's own process did not begin in time: this machine is very busy.",
                "Grade again when there is less to do.",
            )
        self._errors.seek(0)
        return python.failure(self._errors.read())
