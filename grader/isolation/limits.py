"""The kernel's limits on what one answer uses, at every level of isolation but `none`."""

import contextlib
import importlib
import math
import mmap
import time
from pathlib import Path
from typing import Any

from grader.model.endings import CPU_SECONDS, kernel_seconds

resource: Any = None
with contextlib.suppress(ImportError):  # Windows has none
    resource = importlib.import_module("resource")

MEMORY_BYTES = 3072 << 20
"""Address space of one process beyond what the warm server has mapped. Each thread's stack takes
8 MB of it, hardly used, and an answer may well try two hundred threads. It counts neither what
other processes of the answer have nor files of memory (memfd_create): the first is bounded by
PROCESSES alone, the second by OPEN_FILES, and in the sandbox the kernel makes no such files."""
FILE_BYTES = 32 << 20
"""The largest file; pytest's own are far smaller."""
OPEN_FILES = 1024
"""Descriptors of one process; a socket, a pipe or a database takes one or two."""
PROCESSES = 512
"""Processes at once. RLIMIT_NPROC counts all of a user: only for a user namespace of its own."""


def apply(mapped: int | None, *, own_processes: bool) -> None:
    """Limit this process and those it starts; `own_processes` in a user namespace of its own.

    `mapped` is what `address_space` said before the sandbox hid /proc.
    """
    if resource is None:
        return
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, FILE_BYTES)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    if mapped is not None:
        _limit(resource.RLIMIT_AS, mapped + MEMORY_BYTES)
    if own_processes:
        _limit(resource.RLIMIT_NPROC, PROCESSES)


def of_a_test(seconds: float) -> None:
    """Let the kernel end this process when a test goes on past its guard of so many seconds.

    Python runs no signal handler within a single C call, so such a call never meets the guard.
    """
    if resource is None:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = math.ceil(time.process_time() + kernel_seconds(seconds))
    if hard == resource.RLIM_INFINITY or most < hard:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with contextlib.suppress(OSError, ValueError):  # a system may refuse one of them
        resource.setrlimit(what, (most, most))


def address_space() -> int | None:
    """Bytes that this process has mapped; None without /proc: then RLIMIT_AS is not set."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return None
    return pages * mmap.PAGESIZE
