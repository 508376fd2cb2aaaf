"""The guard of one test: ends code that computes, or blocks where no clock sees it, for ever.

It counts CPU seconds, so that an answer on a busy machine is not taken for a stuck one; real
time is only a far limit. pytest-timeout says when a test begins and ends. Its own timer fires
once; ten requests that each loop for ever need one that fires again and again.
"""

import ctypes
import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from grader.clock import debuggers, files, virtual
from grader.clock.stacks import callers
from grader.system import RunQueue, hardly_ran
from grader.trace import timers
from grader.trace.timers import Ring, Timer, real_time

AGAIN_SECONDS = 0.05
"""Seconds between two firings of the timer, after the first."""
MAX_ASIDE = 20
"""How often the timer may fire outside the answer's code before we raise anyway."""
STUCK_SECONDS = 1.0
"""CPU seconds after a TimedOut was raised, after which we raise the next one wherever code runs."""
BACKSTOP = 6
"""The guard also fires after this many real seconds for each CPU second of its limit."""
LOOK_REAL_SECONDS = 1.0
"""Real seconds between two looks whether a line of the answer blocks."""
STILL_LOOKS = 4
"""After this many looks in a row at an idle line of the answer we raise StoodStill."""
STILL_SECONDS = 0.01
"""Less CPU time than this between two looks counts as idle."""

MAX_QUEUED = 0.5
"""Share of its real time that an answer may wait for a processor and still be judged by it."""

MAX_SHARE = 0.4
"""The part of the remaining real time that one test may take."""


def share(left: float, tests: int, *, tired: bool) -> float:
    """Real seconds that the next test may take, of the seconds `left` for `tests` tests.

    `tired`: the guard ended a test of this answer before, and may have to end all the others.
    """
    return left * min(MAX_SHARE, 1 / (tests + 1) if tired else 1)


class TimedOut(BaseException):
    """The test was still running after `seconds` of CPU time."""

    seconds = 0.0
    """Of the class: PyThreadState_SetAsyncExc takes a class, and calls it without arguments."""

    def __str__(self) -> str:
        return f"still computing after {self.seconds:g} s of the processor's time"


class StoodStill(BaseException):
    """A line of the answer blocked the event loop's thread in a call that no clock sees."""

    def __str__(self) -> str:
        return "it stood still, without computing"


class Guard:
    """Fires after `seconds` of CPU time or `real_seconds`, then again and again, until `stop`.

    The first time it calls `on_first` and raises TimedOut in what runs; later only in code of
    the answer, whose name `file` gives. Threads of the answer that compute are ended first of
    all, and a call that blocks is ended earlier. Raising inside asyncio's own code can lose a
    wake-up: if the timer fires there, we wait for the answer's next function call (a profile
    hook) and raise in that. Outside of `armed`, while pytest reports, it raises nothing.
    `hurried`: at `real_seconds` the answer had had hardly any CPU time, or had waited for a
    processor most of the time.
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
        self._queue: RunQueue | None = None
        self._queued = 0.0

    def start(self) -> None:
        self._started = Moment()
        self._queue = RunQueue()
        self._queued = self._queue.real_seconds()
        TimedOut.seconds = self.seconds
        self.renew()
        look = max(AGAIN_SECONDS, min(LOOK_REAL_SECONDS, self.real_seconds))
        timers.set_timer(Timer.real, look, LOOK_REAL_SECONDS, self._look)

    def renew(self) -> None:
        """From now on there are `seconds` of CPU time again; the limit of real time stays."""
        if not self.rang:
            timers.set_timer(
                Timer.computing, self.seconds, AGAIN_SECONDS, self._ring, self._end_threads
            )

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Only while this block runs may the guard raise."""
        self._armed = True
        try:
            yield
        finally:
            self._armed = False

    def start_again(self, seconds: float) -> None:
        """Guard the fixtures' clean-up: pytest-timeout cancels its timer when a test fails."""
        set_timers(min(seconds, self.seconds), self._ring, self.real_seconds / 4)

    def stop(self) -> None:
        if self._aside:
            sys.setprofile(None)
        stop_timers()
        if self._queue is not None:
            self._queue.close()

    def _look(self, number: int, frame: FrameType | None) -> None:
        """Fire when too much real time has passed; raise where a line of the answer blocks."""
        if not self._armed:
            return
        if debuggers.has_stopped(self.file()):
            self._started = Moment()  # who thinks at a breakpoint has all the time
            return
        took = self._started.real_seconds()
        if not self.rang and took > self.real_seconds:
            queued = 0.0 if self._queue is None else self._queue.real_seconds() - self._queued
            computed = self._started.computed()
            self.hurried = hardly_ran(computed, took) or queued > MAX_QUEUED * took
            timers.set_timer(Timer.real, AGAIN_SECONDS, AGAIN_SECONDS, self._look)
        if self.rang or took > self.real_seconds:
            self._ring(number, frame)
        computed = time.process_time()
        # The innermost frame is the answer's: it called something in C that no clock knows.
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
            return  # their end wakes whatever waits for them
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
        """Ring again when a function of the answer is next called or resumed.

        The kernel checks CPU timers at its ticks: these may find asyncio's code every time.
        """

        def listen(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code.co_filename == self.file():
                self._ring(number, frame)  # it raises, and Python then removes the profile hook

        sys.setprofile(listen)

    def _end_threads(self) -> bool:
        """Called where a thread watches the timers: whether ending other threads was enough."""
        main = sys._current_frames().get(threading.main_thread().ident or 0)
        if self.rang or _is_in(self.file(), main) or not self._end_busy_threads():
            return False
        self._note()
        return True

    def _note(self) -> None:
        self.rang = True
        self._last = Moment()

    def _end_busy_threads(self) -> bool:
        """Whether there were any. One told less than STUCK_SECONDS ago is not told again."""
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


GUARD = pytest.StashKey[Guard]()
"""That of a test."""


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
        """Is it that many CPU seconds ago, or BACKSTOP times as many real ones."""
        return self.computed() > seconds or self.real_seconds() > seconds * BACKSTOP


def set_timers(seconds: float, ring: Ring, real_seconds: float = math.inf) -> None:
    """Call `ring` after `seconds` of CPU time, or the fewer of `real_seconds` and BACKSTOP times
    `seconds` in real time; then again and again.
    """
    timers.set_timer(Timer.computing, seconds, AGAIN_SECONDS, ring)
    far = max(AGAIN_SECONDS, min(seconds * BACKSTOP, real_seconds))
    timers.set_timer(Timer.real, far, AGAIN_SECONDS, ring)


def stop_timers() -> None:
    timers.stop_timer(Timer.computing)
    timers.stop_timer(Timer.real)
