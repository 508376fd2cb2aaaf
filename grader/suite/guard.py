"""The guard of one test: ends code that computes without end, or stands still unseen.

It counts the processor's seconds, so that a starved machine is never mistaken for a
stuck answer; real time is only a far backstop. pytest-timeout decides when a test begins
and ends; its own timer rings once, which is not enough for ten requests that each loop
for ever, so this one goes on ringing.
"""

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

AGAIN_SECONDS = 0.05
"""Pause between two rings after the first."""
STUCK_REAL_SECONDS = 1.0
"""After the first ring, this long without a way on ends whatever still waits."""
BACKSTOP = 6
"""Real seconds per processor second after which the guard rings too."""

_monotonic = time.monotonic


class TimedOut(BaseException):
    """The test was still going on when its real-time guard rang."""


class Guard:
    """Rings after `seconds` of processor time, then again and again, until `stop`.

    The first ring ends what runs; a later one ends what runs in `file`, the answer's.
    """

    def __init__(self, seconds: float, file: Callable[[], str]) -> None:
        self.seconds = seconds
        self.file = file
        self.last: float | None = None

    @staticmethod
    def works_here() -> bool:
        on_main = threading.current_thread() is threading.main_thread()
        return hasattr(signal, "setitimer") and on_main

    def start(self) -> None:
        set_timers(self.seconds, self._ring)

    def stop(self) -> None:
        stop_timers()

    def _ring(self, _signal: int, frame: FrameType | None) -> None:
        now = _monotonic()
        first = self.last is None
        if first or now - (self.last or 0.0) > STUCK_REAL_SECONDS or self._in_answer(frame):
            self.last = now
            raise TimedOut(f"still running after {self.seconds:g} seconds of computing")

    def _in_answer(self, frame: FrameType | None) -> bool:
        file = self.file()
        while frame is not None:
            if frame.f_code.co_filename == file:
                return True
            frame = frame.f_back
        return False


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
