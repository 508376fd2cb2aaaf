"""What is really outside this process: its work freezes the clock while it is in flight."""

import functools
import multiprocessing.connection
import multiprocessing.pool
import multiprocessing.queues
import subprocess
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import ProcessPoolExecutor
from types import SimpleNamespace
from typing import Any

from grader.clock import timing
from grader.clock.membership import current_virtual
from grader.clock.virtual import VirtualClock

POLLING = (
    subprocess,
    multiprocessing.connection,
    multiprocessing.pool,
    multiprocessing.queues,
)
"""Modules that poll another process: their waits must be real ones, as its work is."""
_real_submit = ProcessPoolExecutor.submit
_real_terminate = multiprocessing.pool.Pool.terminate


class Freeze:
    """Freezes `clock` from now until `end`, which may be called more than once."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock: VirtualClock | None = clock
        clock.freeze()

    def end(self) -> None:
        clock, self.clock = self.clock, None
        if clock is not None:
            clock.thaw()


def submit(self: ProcessPoolExecutor, fn: Any, /, *args: Any, **kwargs: Any) -> "Future[Any]":
    """ProcessPoolExecutor.submit; the clock stands still until the result is delivered."""
    clock = current_virtual()
    if clock is None:
        return _real_submit(self, fn, *args, **kwargs)
    freeze = Freeze(clock)
    try:
        future: Any = _real_submit(self, fn, *args, **kwargs)
    except BaseException:
        freeze.end()
        raise
    deliver = future._invoke_callbacks

    def deliver_then_end() -> None:
        # Not a done-callback: those of the loop that waits may come after ours.
        try:
            deliver()
        finally:
            freeze.end()

    future._invoke_callbacks = deliver_then_end
    if future.done():
        freeze.end()
    return future  # type: ignore[no-any-return]


def _teach(kind: Any) -> None:
    """Make results of this class of multiprocessing.pool freeze the clock until delivered."""
    own = vars(kind)
    if "__init__" in own:
        kind.__init__ = _holding(kind.__init__)
    for name in ("_set", "_set_length"):
        if name in own:
            setattr(kind, name, _then_look(own[name]))


def _holding(begin: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(begin)
    def begin_holding(self: Any, pool: Any, *args: Any, **kwargs: Any) -> None:
        clock = current_virtual()
        # A ThreadPool computes in threads, which live on the clock themselves.
        outside = not isinstance(pool, multiprocessing.pool.ThreadPool)
        begin(self, pool, *args, **kwargs)
        if clock is not None and outside and "_freeze" not in self.__dict__:
            self._freeze = Freeze(clock)
        _look(self)  # a map over nothing is done already

    return begin_holding


def _then_look(deliver: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(deliver)
    def deliver_then_look(self: Any, *args: Any) -> None:
        try:
            deliver(self, *args)
        finally:
            _look(self)

    return deliver_then_look


def _look(result: Any) -> None:
    """End the freeze for a result that has left its pool's cache: all of it was delivered."""
    freeze: Freeze | None = result.__dict__.get("_freeze")
    if freeze is not None and result._job not in result._cache:
        freeze.end()


def terminate(self: multiprocessing.pool.Pool) -> None:
    """Pool.terminate, and the end of the freezes for results that will never come."""
    pool: Any = self
    _real_terminate(self)
    for result in list(pool._cache.values()):
        if "_freeze" in result.__dict__:
            result._freeze.end()


def install() -> None:
    real = SimpleNamespace(monotonic=timing._monotonic, sleep=timing._sleep)
    for module in POLLING:
        module.time = real  # type: ignore[attr-defined]
    ProcessPoolExecutor.submit = submit  # type: ignore[method-assign,assignment]
    for name in ("ApplyResult", "MapResult", "IMapIterator", "IMapUnorderedIterator"):
        _teach(getattr(multiprocessing.pool, name))
    multiprocessing.pool.Pool.terminate = terminate  # type: ignore[method-assign]
