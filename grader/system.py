"""What this system has, and how busy it is.

Windows has no fork, no timers that signal, and no terminal of POSIX's.
"""

import os
import signal
import socket

from grader.model.endings import MIN_REAL_SECONDS, MIN_SHARE
from grader.model.errors import GraderError

HAS_POSIX = hasattr(os, "fork") and hasattr(signal, "setitimer") and hasattr(socket, "send_fds")
"""Linux and macOS have. mypy looks at Windows too, with `--always-false HAS_POSIX`."""
BUSY = 1.5
"""Processes that want to run, per processor, on a busy machine."""
START = "AWAITLINGS_START"
"""The variable that says how children start; for those who work on the grader."""


def spawns() -> bool:
    """Whether each child is a fresh process rather than a fork of a warm one.

    Raises GraderError for a variable that says nothing.
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


def is_busy() -> bool:
    """Whether more wants to run on this machine than it can; where nobody says, it does not."""
    if not HAS_POSIX:
        return False
    try:
        return os.getloadavg()[0] > BUSY * (os.cpu_count() or 1)
    except OSError:
        return False
