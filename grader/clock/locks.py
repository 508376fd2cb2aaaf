"""threading.Lock and threading.RLock that wait through the clock.

A raw lock blocks its thread in C: the clock would count that thread as busy and
stand still. Locks made before `install`, or through `_thread`, are still raw;
monitor.py breaks the stall that they can cause.
"""

import sys
import threading
from collections import deque
from contextlib import suppress
from types import TracebackType

from grader.clock import timing
from grader.clock.membership import current_virtual
from grader.clock.waits import Waiter

_new_raw_lock = threading.Lock


class VirtualLock:
    """A `threading.Lock` whose contended acquire is a wait on the caller's clock."""

    __slots__ = ("__weakref__", "_held_outside", "_raw", "_waiters")

    def __init__(self) -> None:
        self._raw = _new_raw_lock()
        self._waiters: deque[Waiter] = deque()
        self._held_outside = False

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if not self._raw.acquire(False):
            if not blocking or timeout != -1:
                _check(blocking, timeout)
            if not blocking or timeout == 0:
                return False
            if not self._wait(timeout):
                return False
        self._held_outside = current_virtual() is None
        return True

    def _wait(self, timeout: float) -> bool:
        clock = current_virtual()
        if clock is None or self._held_outside:
            return self._raw.acquire(True, timeout)
        deadline = None if timeout < 0 else clock.after(timeout)
        while True:
            waiter = Waiter(clock)
            self._waiters.append(waiter)
            try:
                # The holder may have let go before the waiter was in the queue.
                if self._raw.acquire(False):
                    return True
                start = clock.now()
                in_time = clock.park(waiter, deadline)
                timing.record_wait(clock, start, sys._getframe(1))
            finally:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)
            if self._raw.acquire(False):
                return True
            if not in_time:
                return False

    def release(self) -> None:
        self._raw.release()
        while self._waiters:
            # IndexError: another thread took the last one. RuntimeError: that wait has failed.
            with suppress(IndexError, RuntimeError):
                self._waiters.popleft().release()
                return

    def locked(self) -> bool:
        return self._raw.locked()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self._raw = _new_raw_lock()
        self._waiters.clear()
        self._held_outside = False

    def __repr__(self) -> str:
        return f"<{'locked' if self.locked() else 'unlocked'} threading.Lock at {id(self):#x}>"


def _check(blocking: bool, timeout: float) -> None:
    if not blocking and timeout != -1:
        raise ValueError("can't specify a timeout for a non-blocking call")
    if timeout < 0 and timeout != -1:
        raise ValueError("timeout value must be a non-negative number")


class VirtualRLock(threading._PyRLock):  # type: ignore[name-defined,misc]
    """The standard library's Python RLock over a VirtualLock."""

    def __init__(self) -> None:
        super().__init__()
        self._block = VirtualLock()


def install() -> None:
    # Names that the standard library's own modules look up when they make a lock.
    threading.Lock = VirtualLock  # type: ignore[assignment]
    threading.RLock = VirtualRLock
