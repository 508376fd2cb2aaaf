"""Threads as participants: Thread.start and join, and Condition.wait.

`Condition.wait` is the one place where Event, Semaphore, Barrier, queue.Queue
and Future.result wait, so it is the one place to teach. `queue.SimpleQueue`
waits in C; its pure-Python twin waits on a Semaphore. Together they carry
ThreadPoolExecutor, anyio's worker threads and aiosqlite; only a pool that
outlives its clock needs a few lines (`adjust`, `run_item`).
"""

import logging
import queue
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor, _base
from concurrent.futures.thread import _worker, _WorkItem
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from grader.clock import debuggers, timing
from grader.clock.errors import ClockClosed
from grader.clock.instants import NANOSECOND, Instant
from grader.clock.membership import current_virtual, enter
from grader.clock.virtual import VirtualClock
from grader.clock.waits import Waiter

_real_wait = threading.Condition.wait
_real_start = threading.Thread.start
_real_join = threading.Thread.join
_real_bootstrap = threading.Thread._bootstrap_inner  # type: ignore[attr-defined]
_real_init = ThreadPoolExecutor.__init__
_real_adjust = ThreadPoolExecutor._adjust_thread_count
_real_run_item = _WorkItem.run
_new_raw_lock = threading.Lock

OUTSIDE = ("concurrent.futures.process", "multiprocessing.")
"""Modules whose threads serve other processes: they wait in real time, for real input."""
OUTQUEUE = {"_handle_tasks": 2, "_handle_results": 0}
"""Index of the result queue among the arguments of multiprocessing.pool's helper threads: a
pipe means a process pool (outside the clock), a SimpleQueue a ThreadPool (on it)."""
POOL_THREADS = 32
"""max_workers of a pool that names none; Python's own, min(32, CPUs + 4), differs by machine."""
MAX_TRIES = 1000
"""How often, 1 ms apart, a thread of a closed clock tries to get its condition's lock back."""
MAX_REAL_WAIT = 1.0
"""Real seconds that Thread.join may take for a thread that has ended on its clock."""

_ended: deque[threading.Thread] = deque()
"""Threads that have ended on a clock and that nobody has joined: Python 3.13 keeps their stacks."""


class Past(Instant):
    """The time for `as_completed`, which gives up when the time left is below 0.

    At the very deadline a virtual clock would give exactly 0 for ever, so we give -1 ns.
    """

    def __rsub__(self, deadline: float) -> Instant:
        return super().__rsub__(deadline) or Instant(-NANOSECOND)


class Membership:
    """One thread's life on a clock, and who waits for its end."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.lock = _new_raw_lock()
        self.ended = False
        self.in_line = _new_raw_lock()
        self.in_line.acquire()
        self.waiters: list[Waiter] = []

    def stands_in_line(self) -> None:
        """Whoever starts the thread goes on; also when it has ended without a turn."""
        with suppress(RuntimeError):
            self.in_line.release()

    def end(self) -> None:
        self.stands_in_line()
        with self.lock:
            self.ended = True
            for waiter in self.waiters:
                waiter.clock.wake(waiter)
        self.clock.leave()


def wait(self: threading.Condition, timeout: float | None = None) -> bool:
    """Condition.wait at virtual times; see the standard library's for its contract."""
    clock = current_virtual()
    if clock is None:
        return _real_wait(self, timeout)
    if debuggers.is_waiting(sys._getframe(1)):
        clock.freeze()
        try:
            return _real_wait(self, timeout)
        finally:
            clock.thaw()
    condition: Any = self
    if not condition._is_owned():
        raise RuntimeError("cannot wait on un-acquired lock")
    deadline = None if timeout is None else clock.after(timeout)
    waiter = Waiter(clock)
    condition._waiters.append(waiter)
    state = condition._release_save()
    woken = False
    start = clock.now()
    try:
        if timeout is None or timeout > 0:
            woken = clock.park(waiter, deadline)
        return woken
    finally:
        _take_back(condition, state)
        timing.record_wait(clock, start, sys._getframe(1))
        if not woken and waiter in condition._waiters:
            condition._waiters.remove(waiter)


def _take_back(condition: Any, state: Any) -> None:
    """Own the lock again, also on a closed clock: the `with` around every wait releases it."""
    for _ in range(MAX_TRIES):
        try:
            return condition._acquire_restore(state)  # type: ignore[no-any-return]
        except ClockClosed:
            timing._sleep(0.001)
    return condition._acquire_restore(state)  # type: ignore[no-any-return]


def start(self: threading.Thread) -> None:
    """Thread.start; the new thread counts as busy before it runs."""
    clock = current_virtual()
    thread: Any = self
    if clock is None or not thread._initialized or thread._started.is_set():
        _real_start(self)
        return
    if debuggers.is_waiting(sys._getframe(1)):
        _real_start(self)
        return
    _clear_up()
    if _is_outside(thread):
        clock.freeze()  # Thread.start returns when the thread says that it runs
        try:
            _real_start(self)
        finally:
            clock.thaw()
        return
    membership = thread._membership = Membership(clock)
    clock.enter()
    enter(None)  # the wait for the new thread's beginning is a real one: it may hold raw locks
    try:
        _real_start(self)
        membership.in_line.acquire()
    except BaseException:
        # If a signal's handler raised here, the thread may have started all the same: it then
        # leaves the clock itself.
        if thread not in threading._limbo and not thread._started.is_set():  # type: ignore[attr-defined]
            del thread._membership
            clock.leave_unstarted()
        raise
    finally:
        enter(clock)
    if thread._target is not _worker:  # who submits to a pool holds a raw lock meanwhile
        clock.give_way()


def _clear_up() -> None:
    with suppress(IndexError):
        while True:
            _real_join(_ended.popleft(), MAX_REAL_WAIT)


def bootstrap(self: threading.Thread) -> None:
    """What a new thread runs: its life on the clock around its life."""
    membership: Membership | None = self.__dict__.get("_membership")
    if membership is None:
        return _real_bootstrap(self)  # type: ignore[no-any-return]
    self._invoke_excepthook = _unless_closed(self._invoke_excepthook)  # type: ignore[attr-defined]
    run = self.run

    def run_in_turn() -> None:
        del self.run
        enter(membership.clock)
        membership.clock.register(membership.stands_in_line)
        run()

    self.run = run_in_turn  # type: ignore[method-assign]
    try:
        _real_bootstrap(self)
    finally:
        enter(None)
        _ended.append(self)
        membership.end()


def _unless_closed(report: Any) -> Any:
    """threading's hook for a thread's error, but not for ClockClosed: excepthook ignores only
    SystemExit itself, not its subclasses."""
    return lambda thread: None if isinstance(sys.exception(), ClockClosed) else report(thread)


def join(self: threading.Thread, timeout: float | None = None) -> None:
    """Thread.join at virtual times."""
    clock = current_virtual()
    membership: Membership | None = self.__dict__.get("_membership")
    if membership is None or clock is not membership.clock or self is threading.current_thread():
        return _real_join(self, timeout)
    with membership.lock:
        waiter = None if membership.ended else Waiter(clock)
        if waiter is not None:
            membership.waiters.append(waiter)
    if waiter is not None:
        deadline = None if timeout is None else clock.after(timeout)
        start = clock.now()
        in_time = clock.park(waiter, deadline)
        timing.record_wait(clock, start, sys._getframe(1))
        if not in_time:
            return None
    return _real_join(self)  # only the interpreter's own clean-up is left


def init(self: ThreadPoolExecutor, max_workers: int | None = None, *args: Any, **rest: Any) -> None:
    """ThreadPoolExecutor.__init__, whose default depends on the machine's CPUs."""
    _real_init(self, POOL_THREADS if max_workers is None else max_workers, *args, **rest)


def adjust(self: ThreadPoolExecutor) -> None:
    """Start a worker if none is idle; those that ended with their clock do not count."""
    pool: Any = self
    ended = {
        thread
        for thread in pool._threads
        if "_membership" in thread.__dict__ and thread._membership.clock.closed
    }
    if ended:
        pool._threads -= ended
        pool._idle_semaphore = threading.Semaphore(0)
        while pool._work_queue.qsize() > 1:
            pool._work_queue.get_nowait()  # their jobs that never began; the last one is new
    _real_adjust(self)


def run_item(self: Any, *args: Any) -> None:
    """Run a pool's job. _WorkItem.run keeps ClockClosed as the job's result: raise it again, or a
    worker of a closed clock would take the next clock's job."""
    _real_run_item(self, *args)
    clock = current_virtual()
    if clock is not None and clock.closed:
        raise ClockClosed


def past_monotonic() -> float:
    """time.monotonic for `as_completed`; see Past."""
    return timing.monotonic() if current_virtual() is None else Past(timing.monotonic())


def _is_news(record: logging.LogRecord) -> bool:
    # concurrent.futures.thread._worker logs a worker's ClockClosed as critical.
    return not (record.exc_info and isinstance(record.exc_info[1], ClockClosed))


def _is_outside(thread: Any) -> bool:
    target = getattr(thread, "_target", None)
    if type(thread).__module__ == "multiprocessing.dummy":
        return False  # a worker of a ThreadPool
    where = OUTQUEUE.get(getattr(target, "__name__", ""))
    if where is not None and isinstance(thread._args[where], queue.SimpleQueue):
        return False  # a helper thread of a ThreadPool
    modules = (type(thread).__module__, getattr(target, "__module__", None) or "")
    return any(module.startswith(OUTSIDE) for module in modules)


def install() -> None:
    threading.Condition.wait = wait  # type: ignore[method-assign]
    threading.Thread.start = start  # type: ignore[method-assign]
    threading.Thread.join = join  # type: ignore[method-assign]
    threading.Thread._bootstrap_inner = bootstrap  # type: ignore[attr-defined]
    ThreadPoolExecutor.__init__ = init  # type: ignore[method-assign]
    ThreadPoolExecutor._adjust_thread_count = adjust  # type: ignore[method-assign]
    _WorkItem.run = run_item  # type: ignore[method-assign]
    logging.getLogger("concurrent.futures").addFilter(_is_news)
    # Both modules took `time.monotonic` under a name of their own when they were imported.
    threading._time = timing.monotonic  # type: ignore[attr-defined]
    queue.time = timing.monotonic  # type: ignore[attr-defined]
    _base.time = SimpleNamespace(monotonic=past_monotonic)  # type: ignore[attr-defined]
    queue.SimpleQueue = queue._PySimpleQueue  # type: ignore[attr-defined,misc]
