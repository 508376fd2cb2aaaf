"""fcntl.flock and lockf, which wait for a locked file in C, where the clock does not see it.

If this process has the lock, it lets go when its own wait on the clock ends: monitor.py lets
the clock go on until then. If another process has it, the clock is frozen; on an event loop's
own thread, which blocks everybody, the real seconds of the wait then count as virtual ones.
"""

import asyncio
import os
import sys
import threading
from pathlib import Path
from typing import Any

from grader.clock import timing
from grader.clock.membership import current
from grader.clock.outside import Freeze
from grader.clock.virtual import VirtualClock
from grader.system import HAS_POSIX

_real: dict[str, Any] = {}
LOCK_NB = LOCK_UN = 0
if HAS_POSIX:
    import fcntl
    from fcntl import LOCK_NB, LOCK_UN

    _real = {"flock": fcntl.flock, "lockf": fcntl.lockf}

MIN_REAL_SECONDS = 0.05
"""A shorter wait for another process counts as none."""


def flock(fd: Any, operation: int, /) -> None:
    """fcntl.flock, as participants see it."""
    _lock("flock", fd, operation)


def lockf(fd: Any, cmd: int, *rest: int) -> None:
    """fcntl.lockf, as participants see it."""
    _lock("lockf", fd, cmd, *rest)


def _lock(name: str, fd: Any, operation: int, *rest: int) -> None:
    clock, lock = current(), _real[name]
    waits = isinstance(operation, int) and not operation & (LOCK_NB | LOCK_UN)
    if clock is None or not waits:
        lock(fd, operation, *rest)
        return
    try:
        lock(fd, operation | LOCK_NB, *rest)
        return
    except (BlockingIOError, PermissionError):
        pass  # somebody has it
    start, real_start = clock.now(), timing._monotonic()
    if isinstance(clock, VirtualClock) and (name == "lockf" or _is_elsewhere(fd)):
        freeze = Freeze(clock)
        try:
            lock(fd, operation, *rest)
        finally:
            freeze.end()
        waited = timing._monotonic() - real_start
        if waited >= MIN_REAL_SECONDS and _is_on_loop(clock):
            clock.sleep(round(waited, 2))
    else:
        lock(fd, operation, *rest)
    if isinstance(clock, VirtualClock) and threading.get_ident() == clock.owner:
        clock.unseen = None  # it is recorded below, with its name
    if clock.now() > start:
        timing.record(clock, f"fcntl.{name}(...)", start, sys._getframe(2))


def _is_on_loop(clock: VirtualClock) -> bool:
    return threading.get_ident() == clock.owner and asyncio._get_running_loop() is not None


def _is_elsewhere(fd: Any) -> bool:
    """Does another process hold a lock of that file, where the system tells."""
    try:
        inode = os.fstat(fd if isinstance(fd, int) else fd.fileno()).st_ino
        rows = [row.split() for row in Path("/proc/locks").read_text().splitlines()]
    except (OSError, AttributeError):
        return False
    # 1: FLOCK  ADVISORY  WRITE 708 08:10:13 0 EOF; a row of one that waits has an arrow.
    owners = {row[4] for row in rows if row[1] == "FLOCK" and row[5].endswith(f":{inode}")}
    return bool(owners) and str(os.getpid()) not in owners


def install() -> None:
    if HAS_POSIX:
        fcntl.flock = flock
        fcntl.lockf = lockf
