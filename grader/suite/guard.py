"""The guard of one test: ends code that computes without end, or stands still unseen.

It counts the processor's seconds, so that a starved machine is never mistaken for a
stuck answer; real time is only a far backstop. pytest-timeout decides when a test begins
and ends; its own timer rings once, which is not enough for ten requests that each loop
for ever, so this one goes on ringing.
"""

import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

from grader.clock import virtual

AGAIN_SECONDS = 0.05
"""Pause between two rings after the first."""
STUCK_REAL_SECONDS = 1.0
"""After the first ring, this long without a way on ends whatever still waits."""
BACKSTOP = 6
"""Real seconds per processor second after which the guard rings too."""
LOOK_REAL_SECONDS = 1.0
"""Pause between two looks whether the answer stands still."""
STILL_LOOKS = 4
"""Looks in a row without computing that make a line of the answer one that stands still."""
STILL_SECONDS = 0.01
"""Processor seconds between two looks that count as no computing."""

_monotonic = time.monotonic


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

    The first ring ends what runs, after `on_first`; a later one ends what runs in `file`,
    the answer's. Threads of the answer that compute are ended before anything else. A call
    that stands still ends earlier.
    """

    def __init__(
        self,
        seconds: float,
        file: Callable[[], str],
        on_first: Callable[[], None] = lambda: None,
    ) -> None:
        self.seconds = seconds
        self.file = file
        self.on_first = on_first
        self.last: float | None = None
        self._still = 0
        self._computed = 0.0
        self._started = 0.0

    @staticmethod
    def works_here() -> bool:
        on_main = threading.current_thread() is threading.main_thread()
        return hasattr(signal, "setitimer") and on_main

    def start(self) -> None:
        self._started = _monotonic()
        TimedOut.seconds = self.seconds
        signal.signal(signal.SIGPROF, self._ring)
        signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_PROF, self.seconds, AGAIN_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, LOOK_REAL_SECONDS, LOOK_REAL_SECONDS)

    def start_again(self, seconds: float) -> None:
        """For the cleaning up, which gets so long at most: pytest-timeout stops at a failure."""
        set_timers(min(seconds, self.seconds), self._ring)

    def stop(self) -> None:
        stop_timers()

    def _look(self, number: int, frame: FrameType | None) -> None:
        """Ring when too much real time has passed, or when a line of the answer stands still."""
        if self.last is not None or _monotonic() - self._started > self.seconds * BACKSTOP:
            self._ring(number, frame)
        computed = time.process_time()
        # The innermost frame is the answer's own: what it called is no Python, and no clock's.
        here = frame is not None and frame.f_code.co_filename == self.file()
        still = here and computed - self._computed < STILL_SECONDS
        self._still = self._still + 1 if still else 0
        self._computed = computed
        if self._still >= STILL_LOOKS:
            self._still = 0
            self.last = _monotonic()
            self.on_first()
            raise StoodStill

    def _ring(self, _signal: int, frame: FrameType | None) -> None:
        now = _monotonic()
        first = self.last is None
        here = _is_in(self.file(), frame)
        threads = () if here else self._busy_threads()
        for ident in threads:
            end_thread(ident)
        if first and threads:
            self.last = now
            return  # what waits for them hears of it in a moment
        if first:
            self.on_first()
        if first or here or now - (self.last or 0.0) > STUCK_REAL_SECONDS:
            self.last = now
            raise TimedOut

    def _busy_threads(self) -> list[int]:
        """Other threads that run the answer's code and do not wait on a clock."""
        file, own = self.file(), threading.get_ident()
        return [
            ident
            for ident, frame in sys._current_frames().items()
            if ident != own and _is_in(file, frame) and not _is_in(virtual.__file__, frame)
        ]


def _is_in(file: str, frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == file:
            return True
        frame = frame.f_back
    return False


def end_thread(ident: int) -> None:
    """Raise TimedOut in another thread, at its next step in Python."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(TimedOut))


def set_timers(seconds: float, ring: Callable[[int, FrameType | None], None]) -> None:
    """Call `ring` after `seconds` of this process's computing, or BACKSTOP times that for real."""
    signal.signal(signal.SIGPROF, ring)
    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, seconds * BACKSTOP, AGAIN_SECONDS)


def stop_timers() -> None:
    for timer, number in (
        (signal.ITIMER_PROF, signal.SIGPROF),
        (signal.ITIMER_REAL, signal.SIGALRM),
    ):
        signal.setitimer(timer, 0)
        # Ignored, not default: a ring that is already on its way would end the process.
        signal.signal(number, signal.SIG_IGN)
