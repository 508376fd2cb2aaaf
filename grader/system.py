"""What this system has: Windows has no fork, no timers that signal, no terminal of POSIX's."""

import os
import signal
import socket

from grader.errors import GraderError

HAS_POSIX = hasattr(os, "fork") and hasattr(signal, "setitimer") and hasattr(socket, "send_fds")
"""Linux and macOS have. mypy looks at Windows too, with `--always-false HAS_POSIX`."""
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
