"""Timers that call a function on the main thread, between two steps of Python.

They are the system's (setitimer), whose signal also interrupts a wait in C. Windows has none:
there a thread looks at the clocks and calls `_thread.interrupt_main`, which interrupts no wait
in C; the parent then ends the child.
"""

import _thread
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from types import FrameType

from grader.clock import timing
from grader.system import HAS_POSIX

Ring = Callable[[int, FrameType | None], None]
PAUSE_REAL_SECONDS = 0.02
"""Pause between two looks at the clocks, on Windows."""

real_time = timing._monotonic
"""time.monotonic itself, also on a thread with a virtual clock."""


class Timer(Enum):
    """What a timer counts: seconds of this process's computing, or real ones.

    `computing` and `sampling` are two of a kind, so that neither disturbs the other.
    """

    computing = "SIGPROF", "ITIMER_PROF", "SIGABRT"
    sampling = "SIGVTALRM", "ITIMER_VIRTUAL", "SIGFPE"
    real = "SIGALRM", "ITIMER_REAL", "SIGILL"

    def now(self) -> float:
        return real_time() if self is Timer.real else time.process_time()


def can_ring() -> bool:
    """Is this the main thread: signal.signal works on no other."""
    return threading.current_thread() is threading.main_thread()


def set_timer(
    timer: Timer,
    seconds: float,
    again_seconds: float,
    ring: Ring,
    elsewhere: Callable[[], bool] = lambda: False,
) -> None:
    """Call `ring` after `seconds`, then again and again.

    On Windows `elsewhere` is called first, in the thread that looks: the main thread may wait in
    C for another one, and cannot be interrupted. If it returns True, `ring` is not called.
    """
    if HAS_POSIX:
        number, interval, _ = timer.value
        signal.signal(getattr(signal, number), ring)
        signal.setitimer(getattr(signal, interval), seconds, again_seconds)
    else:
        _looking.set(timer, (seconds, again_seconds), ring, elsewhere)


def stop_timer(timer: Timer) -> None:
    if HAS_POSIX:
        number, interval, _ = timer.value
        signal.setitimer(getattr(signal, interval), 0)
        signal.signal(getattr(signal, number), _too_late)
    else:
        _looking.stop(timer)


def _too_late(_signal: int, _frame: FrameType | None) -> None:
    """Handler of a stopped timer, whose last signal may still be on its way.

    SIG_DFL would end the process; with SIG_IGN Python reports "ignored due to race condition".
    """


@dataclass
class _Due:
    at: float
    again_seconds: float
    elsewhere: Callable[[], bool]


class _Looking:
    """A thread that looks which timer is due; it lives only while one is set.

    It uses signals that Windows knows and nobody sends there: SIGABRT, SIGFPE, SIGILL.
    """

    def __init__(self) -> None:
        self._lock = _thread.RLock()  # a ring may set a timer while another is set
        self._due: dict[Timer, _Due] = {}
        self._is_running = False

    def set(
        self,
        timer: Timer,
        seconds: tuple[float, float],
        ring: Ring,
        elsewhere: Callable[[], bool],
    ) -> None:
        signal.signal(_number(timer), ring)
        with self._lock:
            self._due[timer] = _Due(timer.now() + seconds[0], seconds[1], elsewhere)
            if not self._is_running:
                self._is_running = True
                _thread.start_new_thread(self._look, ())

    def stop(self, timer: Timer) -> None:
        with self._lock:
            self._due.pop(timer, None)
        signal.signal(_number(timer), _too_late)

    def _look(self) -> None:
        pause = _thread.allocate_lock()
        pause.acquire()
        while True:
            with self._lock:
                for timer, due in self._due.items():
                    if timer.now() >= due.at:
                        due.at = timer.now() + due.again_seconds
                        if not due.elsewhere():
                            _thread.interrupt_main(_number(timer))
                if not self._due:
                    self._is_running = False
                    return
            pause.acquire(timeout=PAUSE_REAL_SECONDS)


def _number(timer: Timer) -> signal.Signals:
    return signal.Signals[timer.value[2]]


_looking = _Looking()
