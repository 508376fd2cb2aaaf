"""What the system itself keeps an answer from using up, at every level but `none`."""

import contextlib
import math
import time
from pathlib import Path

from grader.model.endings import CPU_SECONDS, kernel_seconds
from grader.system import HAS_POSIX

with contextlib.suppress(ImportError):  # Windows has none
    import resource

MEMORY_BYTES = 3072 << 20
"""Address space beyond what the warm server has already; each thread takes 8 MB of it for a
stack that it hardly uses, and an answer may well try two hundred."""
FILE_BYTES = 32 << 20
"""The largest file; pytest's own are far smaller."""
PROCESSES = 512
"""Processes at once, counted where an answer has a user namespace of its own."""


def apply(mapped: int | None, *, own_processes: bool) -> None:
    """Limit this process and those it starts; `own_processes` where no others are counted.

    `mapped` is what `address_space` said when there was still a /proc to ask.
    """
    if not HAS_POSIX:
        return
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, FILE_BYTES)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    if mapped is not None:
        _limit(resource.RLIMIT_AS, mapped + MEMORY_BYTES)
    if own_processes:
        _limit(resource.RLIMIT_NPROC, PROCESSES)


def of_a_test(seconds: float) -> None:
    """Let the kernel end this process when a test goes on past its guard of so many seconds.

    Python runs no signal handler within a single C call, so such a call never meets the guard.
    """
    if not HAS_POSIX:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = math.ceil(time.process_time() + kernel_seconds(seconds))
    if hard == resource.RLIM_INFINITY or most < hard:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


def _limit(what: int, most: int) -> None:
    if not HAS_POSIX:
        return
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with contextlib.suppress(OSError, ValueError):  # a system may refuse one of them
        resource.setrlimit(what, (most, most))


def address_space() -> int | None:
    """Bytes that this process has mapped; None where nobody says, and no limit holds."""
    if not HAS_POSIX:
        return None
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return None
    return pages * resource.getpagesize()
