"""What this system has, and how busy it is."""

import os
import signal
import socket
from contextlib import suppress

from grader.model.endings import MIN_REAL_SECONDS, MIN_SHARE
from grader.model.errors import GraderError

HAS_POSIX = hasattr(os, "fork") and hasattr(signal, "setitimer") and hasattr(socket, "send_fds")
"""Not on Windows. mypy checks that path too, with `--always-false HAS_POSIX`."""
BUSY = 1.5
"""Load (processes that could run) per processor from which a machine counts as busy."""
START = "AWAITLINGS_START"
"""Environment variable for work on the grader: children start by `fork` or by `spawn`."""


def spawns() -> bool:
    """Whether each child is a fresh process rather than a fork of a warm one.

    Raises GraderError when START has another value, or one that this system has not.
    """
    wanted = os.environ.get(START) or ("fork" if HAS_POSIX else "spawn")
    if wanted not in ("fork", "spawn"):
        raise GraderError(f"{START} is {wanted!r}.", "Set it to fork or spawn, or unset it.")
    if wanted == "fork" and not HAS_POSIX:
        raise GraderError(f"{START} is 'fork', and this system has none.", f"Unset {START}.")
    return wanted == "spawn"


def hardly_ran(computed: float | None, real_seconds: float) -> bool:
    """Whether a child that used `computed` CPU seconds may have been kept from running.

    Little CPU time means either blocked or never scheduled. The caller counts it as starved if
    it was runnable when we killed it or, if its own guard ended it, when `is_busy()`. It is then
    graded once more, alone. `computed` is None where the system does not say: False.
    """
    if computed is None or real_seconds < MIN_REAL_SECONDS:
        return False
    return computed < MIN_SHARE * real_seconds


class RunQueue:
    """How long this process has waited for a processor, where Linux tells it in /proc."""

    def __init__(self) -> None:
        self._file = -1
        with suppress(OSError):
            self._file = os.open("/proc/self/schedstat", os.O_RDONLY)

    def real_seconds(self) -> float:
        """Since the process began; 0.0 where the system does not say. Opens nothing."""
        with suppress(OSError, ValueError):  # an answer may have closed all that was open
            _, waited, *_ = os.pread(self._file, 100, 0).split()
            return int(waited) / 1e9
        return 0.0

    def close(self) -> None:
        if self._file >= 0:
            with suppress(OSError):
                os.close(self._file)
        self._file = -1


def is_busy() -> bool:
    """Whether the load is above BUSY per processor; False where the system does not tell it."""
    if not HAS_POSIX:
        return False
    try:
        return os.getloadavg()[0] > BUSY * (os.cpu_count() or 1)
    except OSError:
        return False
