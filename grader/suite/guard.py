"""The real-time guard of one test: ends code that computes without end.

pytest-timeout decides when a test begins and ends; its own timer rings once, which is
not enough for ten requests that each loop for ever, so this one goes on ringing.
"""

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

AGAIN_REAL_SECONDS = 0.05
"""Pause between two rings after the first."""
STUCK_REAL_SECONDS = 1.0
"""After the first ring, this long without a way on ends whatever still waits."""

_monotonic = time.monotonic


class TimedOut(BaseException):
    """The test was still going on when its real-time guard rang."""


class Guard:
    """Rings after `real_seconds`, then again and again, until `stop`.

    The first ring ends what runs; a later one ends what runs in `file`, the answer's.
    """

    def __init__(self, real_seconds: float, file: Callable[[], str]) -> None:
        self.real_seconds = real_seconds
        self.file = file
        self.last: float | None = None

    @staticmethod
    def works_here() -> bool:
        on_main = threading.current_thread() is threading.main_thread()
        return hasattr(signal, "setitimer") and on_main

    def start(self) -> None:
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, self.real_seconds, AGAIN_REAL_SECONDS)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def _ring(self, _signal: int, frame: FrameType | None) -> None:
        now = _monotonic()
        first = self.last is None
        if first or now - (self.last or 0.0) > STUCK_REAL_SECONDS or self._in_answer(frame):
            self.last = now
            raise TimedOut(f"still running after {self.real_seconds:g} real seconds")

    def _in_answer(self, frame: FrameType | None) -> bool:
        file = self.file()
        while frame is not None:
            if frame.f_code.co_filename == file:
                return True
            frame = frame.f_back
        return False
