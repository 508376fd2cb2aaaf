"""The warm server: a process that has imported everything, and forks a child per answer.

Imports nothing heavy itself, so that the command line can start it first and get ready
while it imports.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.job import SUITES

HAS_FORK = "forkserver" in multiprocessing.get_all_start_methods() and os.name == "posix"


def context() -> Any:
    """The multiprocessing context that starts children: forkserver, or spawn without fork."""
    chosen: Any = multiprocessing.get_context("forkserver" if HAS_FORK else "spawn")
    if HAS_FORK:
        chosen.set_forkserver_preload(["grader.warm"])
    return chosen


def start(suites: Iterable[Path] = ()) -> None:
    """Start the server now, unless it runs; it collects `suites` for its children.

    Where there is no fork there is nothing to start.
    """
    if HAS_FORK:
        from multiprocessing import forkserver

        context()
        os.environ[SUITES] = os.pathsep.join(dict.fromkeys(map(str, suites)))
        with no_main_module():
            forkserver.ensure_running()
        del os.environ[SUITES]


def stop() -> None:
    """End the server at once; it would hold our output open until it had imported everything."""
    if not HAS_FORK:
        return
    from multiprocessing import forkserver

    pid = getattr(forkserver._forkserver, "_forkserver_pid", None)
    if pid is not None:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def no_main_module() -> Iterator[None]:
    """Hide the program's main module: a child would import it again, command line and all."""
    main_module = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main_module
