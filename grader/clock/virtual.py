"""VirtualClock: participants, deadlines and deadlock.

Time is an integer number of nanoseconds, so that 0.1 + 0.2 is 0.3 and two sums
that mean the same moment are the same moment.
"""

import asyncio
import heapq
import threading
import time
from collections import deque
from collections.abc import Callable

from grader.clock import stacks, ties
from grader.clock.errors import ClockClosed, Deadlock, Endless, Stuck
from grader.clock.instants import Instant, to_ns
from grader.clock.waits import Blocking, Frames, Stall, Waiter

HORIZON = 4_000.0
"""Virtual seconds after which a program counts as endless."""
MAX_JUMPS = 100_000
"""Jumps of the clock after which a program counts as endless."""

_moments: dict[int, int] = {}
"""The time of each clock, by id. An answer that reaches a clock and changes its `now_ns` does
not reach this one: see check_intact."""
_new_rlock = threading.RLock
_real_time = time.time


def on_moved() -> None:
    """Called when somebody else has moved a clock; the suite's plugin puts its own here.

    It belongs to the module, because an answer may reach the clock object.
    """


class VirtualClock:
    """A clock that jumps from deadline to deadline while nobody has work to do.

    `owner` is the thread that made it; a deadlock is raised there.
    Attributes: `blocking`, what blocked the owner's thread while its loop ran; `sleeping`, the
    sleeps of other threads; `on_blocked`, told of each in its own thread; `stalls`, waits that
    the clock could not see and had to break; `ready`, who is woken and waits for their turn;
    `jumps`, how often it moved: a program without an end makes more than `max_jumps`, or goes
    on after the moment `horizon`; `unseen`, since when and where the owner's thread is in such
    a wait; `elsewhere`, of a program in two processes, is told the next deadline when nothing
    is left to do here, and says whether it has found something (grader/judge).
    """

    is_virtual = True

    def __init__(self) -> None:
        self.now_ns = 0
        _moments.pop(id(self), None)
        self.epoch = int(_real_time())
        self.owner = threading.get_ident()
        self.busy = 0
        self.ready: deque[Waiter] = deque()
        self._running = 0
        self._places = 1
        self.frozen = 0
        self.activity = 0
        self.jumps = 0
        self.max_jumps = MAX_JUMPS
        self.horizon = HORIZON
        self._spent = 0
        self.closed = False
        self.blocking: list[Blocking] = []
        self.sleeping: list[Blocking] = []
        self.on_blocked: Callable[[Blocking], None] | None = None
        self.stalls: list[Stall] = []
        self.unseen: tuple[float, Frames] | None = None
        self.on_first_thread: Callable[[], None] | None = None
        self.threads: dict[int, Waiter | None] = {}
        self.native_ids: dict[int, int] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self._lock = _new_rlock()
        self._deadlines: list[tuple[int, float, int, Waiter]] = []
        self._owner_waiter: Waiter | None = None
        self._told_endless = False
        self.elsewhere: Callable[[int | None], bool] | None = None

    # -- reading -------------------------------------------------------------

    def now(self) -> Instant:
        return Instant(self.now_ns / 1e9)

    def check_intact(self) -> None:
        """Undo it, and call on_moved, when somebody else has moved the clock."""
        if _moments.get(id(self), 0) != self.now_ns:
            on_moved()
            self.now_ns = _moments.get(id(self), 0)

    def after(self, seconds: float) -> int:
        """The deadline, in ns, of a wait that starts now.

        A wait above 0 takes at least 1 ns, or a loop of tiny waits would never move the clock.
        """
        return self.now_ns + (max(1, to_ns(seconds)) if seconds > 0 else 0)

    def has_timers(self) -> bool:
        with self._lock:
            return any(not waiter.woken for *_, waiter in self._deadlines)

    # -- participants --------------------------------------------------------

    def enter(self) -> None:
        """Count one more busy participant, whose thread may not have begun."""
        with self._lock:
            self.busy += 1
            self.activity += 1
            first = self.on_first_thread if self.busy > 1 else None
            if first is not None:
                self.on_first_thread = None
        if first is not None:
            first()

    def register(self, in_line: Callable[[], None] = lambda: None) -> None:
        """The calling thread is the participant that `enter` counted; it waits for its turn.

        `in_line` is called as soon as it does.
        """
        self.native_ids[threading.get_ident()] = threading.get_native_id()
        self._stand_in_line(in_line)

    def give_way(self) -> None:
        """Whoever is woken already goes first."""
        with self._lock:
            if not self.ready:
                return
            self._running -= 1
        self._stand_in_line()

    def _stand_in_line(self, in_line: Callable[[], None] = lambda: None) -> None:
        ident = threading.get_ident()
        waiter = Waiter(self)
        with self._lock:
            waiter.woken = True
            self.threads[ident] = waiter
            self.ready.append(waiter)
            self._give_turns()
        in_line()
        try:
            waiter.gate.acquire()
        finally:  # a signal's handler may raise in `acquire`
            with self._lock:
                if waiter in self.ready:
                    self.ready.remove(waiter)
                    self._running += 1
                self.threads[ident] = None

    def leave(self) -> None:
        """A participant ends, or never began."""
        with self._lock:
            if threading.get_ident() not in self.threads:
                self._running += 1
            self.threads.pop(threading.get_ident(), None)
            self._rest()

    def leave_unstarted(self) -> None:
        """Undo an `enter` whose thread could not be started."""
        with self._lock:
            self._running += 1
            self._rest()

    def freeze(self) -> None:
        """Freeze the clock: work outside this process is in flight."""
        with self._lock:
            self.frozen += 1
            self.activity += 1

    def thaw(self) -> None:
        """Undo one `freeze`."""
        with self._lock:
            self.frozen -= 1
            self.activity += 1
            if self.busy == 0:
                self._advance()

    # -- waiting -------------------------------------------------------------

    def sleep(self, seconds: float) -> None:
        """Block the calling participant for `seconds` virtual seconds."""
        self.park(Waiter(self), self.after(seconds))

    def settle(self, real_seconds: float) -> None:
        """Let every other participant do what it can do at this very moment.

        One that computes on and on is left behind after `real_seconds`.
        """
        waiter = Waiter(self)
        if self.begin_wait(waiter, self.now_ns):
            waiter.gate.acquire(timeout=real_seconds)
            self.end_wait(waiter)

    def park(self, waiter: Waiter, deadline: int | None) -> bool:
        """Wait until woken or until `deadline`, in nanoseconds; True when woken.

        Raises Deadlock or Endless in the owner's thread, ClockClosed in another.
        """
        if self.begin_wait(waiter, deadline):
            try:
                waiter.gate.acquire()
            finally:  # a signal's handler may raise in `acquire`
                self.end_wait(waiter)
        return not waiter.timed_out

    def begin_wait(self, waiter: Waiter, deadline: int | None) -> bool:
        """Count the calling participant as waiting; False when already woken."""
        if self.unseen is not None and threading.get_ident() == self.owner:
            self.note_unseen_wait()
        with self._lock:
            if self.closed:
                raise ClockClosed
            if waiter.woken:
                return False
            waiter.parked = True
            ident = threading.get_ident()
            self.threads[ident] = waiter
            if ident == self.owner:
                self._owner_waiter = waiter
            if deadline is not None:
                heapq.heappush(self._deadlines, (deadline, *ties.place(), waiter))
            self._rest()
            return True

    def end_wait(self, waiter: Waiter) -> None:
        """The calling participant runs again; counts it busy when it woke by itself."""
        with self._lock:
            if not waiter.woken:
                waiter.woken = True
                self.busy += 1
                self._running += 1
                self.activity += 1
            elif waiter in self.ready:
                self.ready.remove(waiter)
                self._running += 1
            ident = threading.get_ident()
            if ident in self.threads:
                self.threads[ident] = None
            if ident == self.owner:
                self._owner_waiter = None
        if waiter.failure is not None:
            self._describe(waiter.failure)
            raise waiter.failure

    def wake(self, waiter: Waiter) -> None:
        """End a wait before its deadline; any thread may call it."""
        with self._lock:
            self._wake(waiter)

    # -- the end -------------------------------------------------------------

    def close(self) -> None:
        """End the clock: threads that still wait on it stop with ClockClosed."""
        self.check_intact()
        _moments.pop(id(self), None)
        with self._lock:
            self.closed = True
            for ident, waiter in list(self.threads.items()):
                if waiter is not None and not waiter.woken and ident != self.owner:
                    waiter.failure = ClockClosed()
                    self._wake(waiter)
            self._deadlines.clear()
            self._places = 1_000_000
            self._give_turns()

    def note_unseen_wait(self) -> None:
        """The owner's thread goes on: note the wait that the clock did not see, without a name."""
        unseen, self.unseen = self.unseen, None
        if unseen is None or self.now() <= unseen[0]:
            return
        blocking = Blocking("", unseen[1], unseen[0], self.now())
        self.blocking.append(blocking)
        if self.on_blocked is not None:
            self.on_blocked(blocking)

    def break_stall(self, file: str, line: int, owners: Frames | None = None) -> None:
        """Move on although a participant counts as busy: it waits where the clock does not see it.

        `owners` are the frames of the owner's thread when that one does, with its loop running.
        """
        with self._lock:
            if owners is not None and self.unseen is None:
                self.unseen = self.now(), owners
            self.stalls.append(Stall(file, line, self.now()))
            self._places += 1
            if self.ready:
                self._give_turns()
            else:
                self._advance()

    # -- with the lock held --------------------------------------------------

    def _rest(self) -> None:
        self.busy -= 1
        self._running -= 1
        self.activity += 1
        self._give_turns()
        if self.busy == 0:
            self._advance()

    def _give_turns(self) -> None:
        """One participant runs at a time, in the order in which they were woken.

        So what threads do at the same moment does not hang on the machine. One that blocks where
        the clock cannot see keeps its place, and there is one more for the others.
        """
        while self.ready and self._running < self._places:
            waiter = self.ready.popleft()
            self._running += 1
            if waiter.kick is not None:
                waiter.kick()
            else:
                waiter.gate.release()

    def _wake(self, waiter: Waiter) -> None:
        if waiter.woken:
            return
        waiter.woken = True
        self.activity += 1
        if not waiter.parked:
            return
        self.busy += 1
        self.ready.append(waiter)
        self._give_turns()

    def _advance(self) -> None:
        if self.frozen or self.closed:
            return
        owner = self._owner_waiter
        if owner is not None and owner.polled is not None and owner.polled != self.activity - 1:
            # Sockets may have become ready since the loop looked: let it look again first.
            self._wake(owner)
            return
        if self.elsewhere is not None and self.elsewhere(self._next_deadline()):
            return
        while self._deadlines:
            entry = heapq.heappop(self._deadlines)
            deadline, _, _, waiter = entry
            if waiter.woken:
                continue
            self.move(deadline)
            if self.is_endless() and owner is not None and not owner.woken:
                self.fail(Endless(f"still running after {self.now():g} s"))
                if not self._told_endless:
                    # Wake only the owner now: else chance decides which thread runs first.
                    self._told_endless = True
                    heapq.heappush(self._deadlines, entry)
                    return
            waiter.timed_out = True
            self._wake(waiter)
            return
        if owner is not None and owner.polled is None:
            self.fail(Deadlock("nothing is left that could wake this program"))

    def _next_deadline(self) -> int | None:
        while self._deadlines and self._deadlines[0][-1].woken:
            heapq.heappop(self._deadlines)
        return self._deadlines[0][0] if self._deadlines else None

    def move(self, moment: int) -> None:
        """Go on to that moment, in nanoseconds; never back."""
        self.check_intact()
        if moment > self.now_ns:
            self.now_ns = _moments[id(self)] = moment
            self.jumps += 1

    def is_endless(self) -> bool:
        return self.now_ns > self.horizon * 1e9 or self.jumps - self._spent > self.max_jumps

    def fail(self, error: BaseException) -> None:
        """Let the owner's thread raise it, which waits."""
        owner = self._owner_waiter
        if owner is None:
            return
        # A second failure in the same test must not find the budget still spent.
        self._spent = self.jumps
        owner.failure = error
        self._wake(owner)

    def _describe(self, error: BaseException) -> None:
        if isinstance(error, Stuck):
            error.threads = stacks.of_threads([self.owner, *(self.threads.keys() - {self.owner})])
            if self.loop is not None:
                error.tasks = stacks.of_tasks(self.loop)
