"""What is really outside this process: its work freezes the clock while it is in flight."""

import multiprocessing.connection
import multiprocessing.queues
import subprocess
from concurrent.futures import Future
from concurrent.futures.process import ProcessPoolExecutor
from types import SimpleNamespace
from typing import Any

from grader.clock import timing
from grader.clock.membership import current_virtual
from grader.clock.virtual import VirtualClock

_real_submit = ProcessPoolExecutor.submit


class Hold:
    """Freezes `clock` from now until `end`, which may be called more than once."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock: VirtualClock | None = clock
        clock.hold()

    def end(self) -> None:
        clock, self.clock = self.clock, None
        if clock is not None:
            clock.release()


def submit(self: ProcessPoolExecutor, fn: Any, /, *args: Any, **kwargs: Any) -> "Future[Any]":
    """ProcessPoolExecutor.submit; the clock stands still until the result is delivered."""
    clock = current_virtual()
    if clock is None:
        return _real_submit(self, fn, *args, **kwargs)
    hold = Hold(clock)
    try:
        future: Any = _real_submit(self, fn, *args, **kwargs)
    except BaseException:
        hold.end()
        raise
    deliver = future._invoke_callbacks

    def deliver_then_end() -> None:
        # A done-callback would come too early: the waiting loop is told by a later one.
        try:
            deliver()
        finally:
            hold.end()

    future._invoke_callbacks = deliver_then_end
    if future.done():
        hold.end()
    return future  # type: ignore[no-any-return]


def install() -> None:
    # These modules poll another process: with virtual seconds they would race ahead of it.
    real = SimpleNamespace(monotonic=timing._monotonic, sleep=timing._sleep)
    for module in (subprocess, multiprocessing.connection, multiprocessing.queues):
        module.time = real  # type: ignore[attr-defined]
    ProcessPoolExecutor.submit = submit  # type: ignore[method-assign,assignment]
