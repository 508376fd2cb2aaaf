"""VirtualLoop: an asyncio loop that waits through the clock.

Its selector asks the operating system only what is ready now. When nothing is,
the loop's thread parks on the clock until its next timer, or until a thread
calls `call_soon_threadsafe`. Real sockets are looked at before the clock may move.

It is a SelectorEventLoop on every system. On Windows only a ProactorEventLoop starts programs:
there an answer on this clock cannot.
"""

import asyncio
import concurrent.futures
import gc
import heapq
import math
import os
import selectors
import socket
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from grader.clock import membership, monitor, ties
from grader.clock.errors import Deadlock, Endless
from grader.clock.instants import NANOSECOND, to_ns
from grader.clock.outside import Freeze
from grader.clock.virtual import VirtualClock
from grader.clock.waits import Waiter
from grader.clock.wall import WallClock

LOOPBACK_GRACE = 0.002
"""Real seconds that data between two sockets of this process may need to arrive."""
OUTSIDE_PATIENCE = 1.0
"""Real seconds without data after which a socket to another process counts as idle."""
SETTLE_REAL_SECONDS = 1.0
"""Real seconds that a closing loop gives a thread that still computes."""
DESCRIPTORS = "/dev/fd"
NO_SUBPROCESS = "asyncio starts no program here: on Windows only another event loop could"


class VirtualSelector(selectors.BaseSelector):
    """The loop's selector; only `select` differs from the real one inside."""

    def __init__(self, inner: selectors.BaseSelector, loop: "VirtualLoop") -> None:
        self.inner = inner
        self.loop = loop
        self.registered = len(inner.get_map())

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        key = self.inner.register(fileobj, events, data)
        self.registered += 1
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        key = self.inner.unregister(fileobj)
        self.registered -= 1
        return key

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self.inner.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self.inner.get_map()

    def close(self) -> None:
        self.inner.close()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.loop.steps += 1
        if self.loop.clock.unseen is not None and self.loop.owns_clock:
            self.loop.clock.note_unseen_wait()
        # Without sockets only threads can wake the loop, and they do so through the clock. Asking
        # the system all the same would release the GIL, and let one of them run, every time.
        has_sockets = self.registered > 1 or self.loop._signal_handlers
        ready = self.inner.select(0) if has_sockets else []
        if ready or (timeout is not None and timeout <= 0):
            return ready
        scheduled = self.loop._scheduled
        # From the timer itself: `timeout` is a rounded difference of floats.
        deadline = _deadline(scheduled[0]._when) if timeout is not None and scheduled else None
        if has_sockets:
            return self._select_real(deadline)
        waiter = self.loop._begin_wait()
        if waiter is not None:
            self.loop.clock.park(waiter, deadline)
            self.loop._poked = False
        return []

    def _select_real(self, deadline: int | None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait with real sockets: data that is already on its way comes before any timer."""
        clock = self.loop.clock
        polled = clock.activity
        outside = self._has_outside_peer()
        if not clock.frozen:
            ready = self.inner.select(OUTSIDE_PATIENCE if outside else LOOPBACK_GRACE)
            if ready:
                return ready
        waiter = self.loop._begin_wait()
        if waiter is None:
            return self.inner.select(0)
        waiter.kick = self.loop._wake_selector
        waiter.polled = polled
        if not clock.begin_wait(waiter, deadline):
            return self.inner.select(0)
        while True:
            ready = self.inner.select(None if outside else OUTSIDE_PATIENCE)
            if ready or waiter.woken:
                break
            quiet = clock.busy == 0 and not clock.frozen and not clock.has_timers()
            if quiet and self.loop.owns_clock:
                waiter.failure = Deadlock("nothing is left that could wake this program")
                break
        clock.end_wait(waiter)
        self.loop._poked = False
        return ready

    def _has_outside_peer(self) -> bool:
        """Is one of the sockets connected to something that is not in this process."""
        own: Any = self.loop
        here: set[Any] = {"", own._csock.getsockname()}  # on Windows it has an address
        peers: set[Any] = set()
        for key in list(self.inner.get_map().values()):
            try:
                sock = socket.socket(fileno=key.fd)
            except OSError:
                continue
            try:
                here.add(sock.getsockname())
                with suppress(OSError):
                    peers.add(sock.getpeername())
            finally:
                sock.detach()
        return not peers <= here and not peers <= here | _own_addresses()


def _own_addresses() -> set[Any]:
    """Addresses of every socket of this process: a thread may hold the other end."""
    addresses = set()
    for number in _open_sockets():
        with suppress(OSError):
            sock = socket.socket(fileno=number)
            try:
                addresses.add(sock.getsockname())
            finally:
                sock.detach()
    return addresses


def _open_sockets() -> list[int]:
    """The descriptors of this process, or of its sockets where the system lists none."""
    try:
        return [int(name) for name in os.listdir(DESCRIPTORS)]
    except OSError:
        known = [thing for thing in gc.get_objects() if isinstance(thing, socket.socket)]
        return [sock.fileno() for sock in known if sock.fileno() >= 0]


def _deadline(when: float) -> int | None:
    """The first nanosecond at which a timer for `when` counts as due; None for never."""
    if when == math.inf:
        return None
    moment = to_ns(when)
    return moment if moment / 1e9 >= when else moment + 1


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on a virtual clock; the thread that makes it becomes its owner.

    From its making to its closing the calling thread sees virtual time. A thread
    that is on a clock already (an `asyncio.run` inside a worker) stays on that one.
    """

    _scheduled: list[Any]
    _signal_handlers: Mapping[int, Any] = MappingProxyType({})  # Windows' loop has none

    def __init__(self) -> None:
        joined = membership.current_virtual()
        self.clock = joined or VirtualClock()
        self.owns_clock = joined is None
        self._waiter: Waiter | None = None
        self._poked = False
        self.steps = 0
        super().__init__()
        loop: Any = self
        loop._selector = VirtualSelector(loop._selector, self)
        loop._clock_resolution = NANOSECOND
        self.set_default_executor(
            concurrent.futures.ThreadPoolExecutor(thread_name_prefix="asyncio"),
        )
        self._monitor: monitor.Monitor | None = None
        if self.owns_clock:
            self.clock.loop = self
            self.clock.enter()
            self.clock.register()
            self.clock.on_first_thread = self._start_monitor
            membership.enter(self.clock)

    def time(self) -> float:
        return self.clock.now()

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        loop: Any = self
        loop._check_closed()
        timer: Any = ties.Timer(when, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer  # type: ignore[no-any-return]

    def close(self) -> None:
        if self.owns_clock and not self.is_closed() and not self.is_running():
            with suppress(Deadlock, Endless):
                self.clock.settle(SETTLE_REAL_SECONDS)  # so that idle workers end by themselves
            membership.enter(None)
            self.clock.close()
            if self._monitor is not None:
                self._monitor.stop()
        super().close()

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Let idle threads end; one that still works is ended by `close`."""
        loop: Any = self
        loop._executor_shutdown_called = True
        executor = loop._default_executor
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)

    def _start_monitor(self) -> None:
        self._monitor = monitor.Monitor(self.clock)

    def _begin_wait(self) -> Waiter | None:
        """A waiter for the loop's thread, or None when a thread has called meanwhile."""
        with self.clock._lock:
            if self._poked:
                self._poked = False
                return None
            self._waiter = Waiter(self.clock)
            return self._waiter

    def _write_to_self(self) -> None:
        with self.clock._lock:
            self._poked = True
            if self._waiter is not None:
                self.clock.wake(self._waiter)

    def _wake_selector(self) -> None:
        super()._write_to_self()  # type: ignore[misc]

    async def _make_subprocess_transport(self, *args: Any, **kwargs: Any) -> Any:
        freeze = Freeze(self.clock)
        try:
            transport = await super()._make_subprocess_transport(*args, **kwargs)  # type: ignore[misc]
        except BaseException as error:
            freeze.end()
            if isinstance(error, NotImplementedError):
                raise RuntimeError(NO_SUBPROCESS) from None
            raise
        finish = transport._call_connection_lost

        def finish_then_end(error: BaseException | None) -> None:
            try:
                finish(error)
            finally:
                freeze.end()

        transport._call_connection_lost = finish_then_end
        if transport._finished and transport._loop is None:
            freeze.end()
        return transport


_real_new_event_loop = asyncio.new_event_loop


def new_event_loop() -> asyncio.AbstractEventLoop:
    """asyncio.new_event_loop; on a thread with a virtual clock, a loop on that clock."""
    return _real_new_event_loop() if membership.current_virtual() is None else VirtualLoop()


def install() -> None:
    # asyncio.run looks the function up in the second place.
    asyncio.new_event_loop = new_event_loop
    asyncio.events.new_event_loop = new_event_loop


class WallLoop(asyncio.SelectorEventLoop):
    """A plain event loop whose thread records blocking calls on a WallClock."""

    def __init__(self) -> None:
        self.clock = WallClock()
        super().__init__()
        self.set_default_executor(
            concurrent.futures.ThreadPoolExecutor(thread_name_prefix="asyncio"),
        )
        membership.enter(self.clock)

    def close(self) -> None:
        if not self.is_closed() and not self.is_running():
            membership.enter(None)
        super().close()
