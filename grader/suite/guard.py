"""The guard of one test: ends code that computes without end, or stands still unseen.

It counts the processor's seconds, so that a starved machine is never mistaken for a
stuck answer; real time is only a far backstop. pytest-timeout decides when a test begins
and ends; its own timer rings once, which is not enough for ten requests that each loop
for ever, so this one goes on ringing.
"""

import ctypes
import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from grader.clock import files, virtual
from grader.clock.stacks import callers
from grader.system import hardly_ran
from grader.trace import timers
from grader.trace.timers import Ring, Timer, real_time

AGAIN_SECONDS = 0.05
"""Pause between two rings after the first."""
MAX_ASIDE = 20
"""Rings that are let pass while what runs is not the answer's, before the first that counts."""
STUCK_SECONDS = 1.0
"""After the first ring, this much computing without a way on ends whatever still waits."""
BACKSTOP = 6
"""Real seconds per processor second after which the guard rings too."""
LOOK_REAL_SECONDS = 1.0
"""Pause between two looks whether the answer stands still."""
STILL_LOOKS = 4
"""Looks in a row without computing that make a line of the answer one that stands still."""
STILL_SECONDS = 0.01
"""Processor seconds between two looks that count as no computing."""

MAX_SHARE = 0.4
"""Part of the real time that is left which one test may take."""


def share(left: float, tests: int, *, tired: bool) -> float:
    """Real seconds that the next of `tests` may take, so that all of them get their turn.

    `left` are the real seconds for all; a `tired` answer has run into its guard already, so
    that the others may well do so too.
    """
    return left * min(MAX_SHARE, 1 / (tests + 1) if tired else 1)


class TimedOut(BaseException):
    """The test was still going on when its guard rang, after `seconds` of computing."""

    seconds = 0.0
    """One for all: what is raised in another thread is made without arguments."""

    def __str__(self) -> str:
        return f"still computing after {self.seconds:g} s of the processor's time"


class StoodStill(BaseException):
    """A line of the answer held the event loop's thread, and waited where no clock sees it."""

    def __str__(self) -> str:
        return "it stood still, without computing"


class Guard:
    """Rings after `seconds` of processor time, then again and again, until `stop`.

    After `real_seconds` it rings too; `hurried` says that hardly anything had run until then.

    The first ring ends what runs, after `on_first`; a later one ends what runs in `file`,
    the answer's. Threads of the answer that compute are ended before anything else. A call
    that stands still ends earlier. What a ring ends in the midst of the event loop's own code
    would leave a task that nothing wakes, so the first one waits until the answer's goes on.
    Outside of `armed`, while pytest reports, a ring ends nothing.
    """

    def __init__(
        self,
        seconds: float,
        file: Callable[[], str],
        on_first: Callable[[], None] = lambda: None,
        real_seconds: float | None = None,
    ) -> None:
        self.seconds = seconds
        far = seconds * BACKSTOP
        self.real_seconds = far if real_seconds is None else min(far, real_seconds)
        self.hurried = False
        self.file = file
        self.on_first = on_first
        self.rang = False
        self._armed = False
        self._aside = 0
        self._told: dict[int, Moment] = {}
        self._last = Moment()
        self._still = 0
        self._computed = 0.0
        self._started = Moment()

    def start(self) -> None:
        self._started = Moment()
        TimedOut.seconds = self.seconds
        timers.set_timer(
            Timer.computing, self.seconds, AGAIN_SECONDS, self._ring, self._end_threads
        )
        look = max(AGAIN_SECONDS, min(LOOK_REAL_SECONDS, self.real_seconds))
        timers.set_timer(Timer.real, look, LOOK_REAL_SECONDS, self._look)

    @contextmanager
    def armed(self) -> Iterator[None]:
        """What runs in this block may be ended."""
        self._armed = True
        try:
            yield
        finally:
            self._armed = False

    def start_again(self, seconds: float) -> None:
        """For the cleaning up, which gets so long at most: pytest-timeout stops at a failure."""
        set_timers(min(seconds, self.seconds), self._ring, self.real_seconds / 4)

    def stop(self) -> None:
        if self._aside:
            sys.setprofile(None)
        stop_timers()

    def _look(self, number: int, frame: FrameType | None) -> None:
        """Ring when too much real time has passed, or when a line of the answer stands still."""
        if not self._armed:
            return
        took = self._started.real_seconds()
        if not self.rang and took > self.real_seconds:
            self.hurried = hardly_ran(self._started.computed(), took)
            timers.set_timer(Timer.real, AGAIN_SECONDS, AGAIN_SECONDS, self._look)
        if self.rang or took > self.real_seconds:
            self._ring(number, frame)
        computed = time.process_time()
        # The innermost frame is the answer's own: what it called is no Python, and no clock's.
        here = frame is not None and frame.f_code.co_filename in (self.file(), files.__file__)
        still = here and computed - self._computed < STILL_SECONDS
        self._still = self._still + 1 if still else 0
        self._computed = computed
        if self._still >= STILL_LOOKS:
            self._still = 0
            self._note()
            self.on_first()
            raise StoodStill

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if not self._armed:
            return
        first = not self.rang
        here = _is_in(self.file(), frame)
        threads = not here and self._end_busy_threads()
        if first and threads:
            self._note()
            return  # what waits for them hears of it in a moment
        if first and not here and self._aside < MAX_ASIDE:
            self._aside += 1
            self._wait_for_answer(number)
            return
        if first:
            self.on_first()
        if first or here or self._last.is_ago(STUCK_SECONDS):
            self._note()
            raise TimedOut

    def _wait_for_answer(self, number: int) -> None:
        """Ring again as soon as a function of the answer's begins or goes on.

        Timers alone may find the event loop's code every time: they ring when a thread wakes,
        or at the system's own ticks.
        """

        def listen(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code.co_filename == self.file():
                self._ring(number, frame)  # and Python listens no longer

        sys.setprofile(listen)

    def _end_threads(self) -> bool:
        """Before the main thread is asked, from another one: did that end what computes."""
        main = sys._current_frames().get(threading.main_thread().ident or 0)
        if self.rang or _is_in(self.file(), main) or not self._end_busy_threads():
            return False
        self._note()
        return True

    def _note(self) -> None:
        self.rang = True
        self._last = Moment()

    def _end_busy_threads(self) -> bool:
        """Whether there were any. One that was told a moment ago may be on its way already."""
        busy = self._busy_threads()
        for ident in busy:
            told = self._told.get(ident)
            if told is None or told.is_ago(STUCK_SECONDS):
                self._told[ident] = Moment()
                end_thread(ident)
        return bool(busy)

    def _busy_threads(self) -> list[int]:
        """Other threads that run the answer's code and do not wait on a clock."""
        file, own = self.file(), threading.get_ident()
        return [
            ident
            for ident, frame in sys._current_frames().items()
            if ident != own and _is_in(file, frame) and not _is_in(virtual.__file__, frame, "park")
        ]


def _is_in(file: str, frame: FrameType | None, function: str | None = None) -> bool:
    codes = (f.f_code for f in callers(frame))
    return any(c.co_filename == file and function in (None, c.co_name) for c in codes)


def end_thread(ident: int) -> None:
    """Raise TimedOut in another thread, at its next step in Python."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(TimedOut))


class Moment:
    """A point in time, by the processor's clock and the real one."""

    def __init__(self) -> None:
        self._computed = time.process_time()
        self._real = real_time()

    def real_seconds(self) -> float:
        """Since then."""
        return real_time() - self._real

    def computed(self) -> float:
        """Processor seconds since then."""
        return time.process_time() - self._computed

    def is_ago(self, seconds: float) -> bool:
        """Have we computed for so long since, or waited BACKSTOP times that for real."""
        return self.computed() > seconds or self.real_seconds() > seconds * BACKSTOP


def set_timers(seconds: float, ring: Ring, real_seconds: float = math.inf) -> None:
    """Call `ring` after `seconds` of this process's computing, or BACKSTOP times that for real.

    `real_seconds` is for less than that.
    """
    timers.set_timer(Timer.computing, seconds, AGAIN_SECONDS, ring)
    far = max(AGAIN_SECONDS, min(seconds * BACKSTOP, real_seconds))
    timers.set_timer(Timer.real, far, AGAIN_SECONDS, ring)


def stop_timers() -> None:
    timers.stop_timer(Timer.computing)
    timers.stop_timer(Timer.real)
