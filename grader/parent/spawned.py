"""The parent of a child that was not forked.

A spawned child imports everything by itself. It reads its job from standard input and writes its
events to standard output, which a thread copies to a socket: select() on Windows takes sockets
only.
"""

import contextlib
import pickle
import secrets
import socket
import subprocess
import tempfile
import threading
import time
from typing import Any

from grader.isolation import leftovers
from grader.model.errors import GraderError
from grader.model.job import Job
from grader.parent import python

MAX_ERRORS = 1 << 20
"""Bytes that are read of what a child wrote to its standard error."""
CARRY_REAL_SECONDS = 1.0
"""How long after a child's end its thread may go on to copy what it said."""
QUIET_FLAGS = ("CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW")
"""For Windows: our Ctrl-C does not reach it, and it opens no console."""

_running: "set[Spawned]" = set()
_spare: "list[Spawned]" = []


def stop() -> None:
    """End every spawned child at once."""
    _spare.clear()
    for child in list(_running):
        child.kill()
        child.wait(5)
        child.close()


class Spawned:
    """A children.Child. `lost` means here that it failed before it saw its answer."""

    def __init__(self) -> None:
        self.exit_code: int | None = None
        self.computed: float | None = None
        self.wanted = False
        self.ended = False
        self.lost = False
        self._marker = secrets.token_hex(8)
        self._ended_at = 0.0
        self._said = b""
        self._carrier: threading.Thread | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the child
        self.channel, self._far_end = socket.socketpair()
        self.channel.setblocking(False)
        flags = sum(getattr(subprocess, name, 0) for name in QUIET_FLAGS)
        try:
            self._process = subprocess.Popen(
                python.command("spawned", {}, "-Xutf8"),
                env=python.variables(self._marker),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                start_new_session=True,
                creationflags=flags,
            )
        except OSError as error:
            raise GraderError(
                f"The grader's own process does not start: {error}",
                "Look at the limits on processes and memory of this machine.",
            ) from None
        _running.add(self)

    @property
    def unstarted(self) -> bool:
        return self.lost

    def failure(self) -> GraderError:
        return python.failure(self._said)

    def give(self, job: Job) -> None:
        """Let it grade `job`."""
        words = (pickle.dumps(job), self._process, self._far_end)
        self._carrier = threading.Thread(target=_carry, args=words, daemon=True)
        self._carrier.start()

    def read(self) -> bytes:
        return self.channel.recv(1 << 16)

    def alive(self) -> bool:
        """False when it has ended and all that it said is there."""
        if not self._has_ended():
            return True
        late = time.monotonic() - self._ended_at > CARRY_REAL_SECONDS
        return self._carrier is not None and self._carrier.is_alive() and not late

    def wait(self, real_seconds: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(real_seconds)
        self._has_ended()

    def kill(self) -> None:
        if not self._has_ended():
            leftovers.kill_tree(self._process)

    def close(self) -> None:
        self.channel.close()
        if self._carrier is None:
            for end in (self._process.stdin, self._process.stdout, self._far_end):
                if end is not None:
                    with contextlib.suppress(OSError):
                        end.close()
        self._errors.close()
        _running.discard(self)

    def _has_ended(self) -> bool:
        if not self.ended and self._process.poll() is not None:
            self.ended = True
            self._ended_at = time.monotonic()
            self.exit_code = self._process.returncode
            leftovers.kill_group(self._process.pid)
            leftovers.kill_marked(f"{leftovers.MARKER}={self._marker}")
            self._errors.seek(0)
            self._said = self._errors.read(MAX_ERRORS)
            self.lost = bool(self._said)
        return self.ended


def _carry(job: bytes, process: "subprocess.Popen[bytes]", to: socket.socket) -> None:
    """Give a child its job, then copy what it says to a socket, until one of them ends."""
    into: Any = process.stdin
    out: Any = process.stdout
    with to, out:
        with contextlib.suppress(OSError), into:
            into.write(job)
        with contextlib.suppress(OSError):
            while data := out.read1(1 << 16):
                to.sendall(data)


def get_ready() -> None:
    """Start one now, unless one waits: it has imported everything when its job comes."""
    _spare[:] = [spawned for spawned in _spare if spawned.alive()] or [Spawned()]


def child(job: Job) -> Spawned:
    """A fresh process at work on `job`. Raises GraderError when the system starts none."""
    spawned = _spare.pop() if _spare and _spare[0].alive() else Spawned()
    spawned.give(job)
    return spawned
