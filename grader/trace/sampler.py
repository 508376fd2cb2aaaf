"""Which line of the answer computed on the event loop's thread, and for how long.

A virtual clock counts only waits: it does not see a loop over numbers that blocks the event
loop. A timer of CPU time looks at the running frame now and then (ITIMER_VIRTUAL); what it
finds is told only about a test that failed anyway.
"""

import inspect
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from grader.clock.stacks import GRADER, callers
from grader.model.evidence import Computing
from grader.trace import timers
from grader.trace.recorder import Recorder
from grader.trace.tasks import current
from grader.trace.timers import Timer

PERIOD_SECONDS = 0.02
"""CPU seconds between two looks."""
MIN_SECONDS = 0.05
"""A shorter stretch of computing is not told."""
MAX_STRETCHES = 50

ASYNCHRONOUS = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


class Sampler:
    """Adds each stretch without a step of the event loop to `recorder.computing`."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._last = 0.0
        self._step: object = None
        self._lines: Counter[int] = Counter()
        self._spent = 0.0
        self._at = 0.0

    @contextmanager
    def sampling(self) -> Iterator[None]:
        """Look at the running line until the block ends; does nothing off the main thread."""
        if not timers.can_ring():
            yield
            return
        self._last = time.thread_time()
        self.recorder.end_computing = self.end
        timers.set_timer(Timer.sampling, PERIOD_SECONDS, PERIOD_SECONDS, self._look)
        try:
            yield
        finally:
            self.end()

    def end(self) -> None:
        """Stop looking, and note the stretch that lasted until now."""
        timers.stop_timer(Timer.sampling)  # first: a look during `close` would note it twice
        self.close()

    def close(self) -> None:
        """Note a stretch that is over."""
        if self._spent >= MIN_SECONDS and len(self.recorder.computing) < MAX_STRETCHES:
            (line, _), *_ = self._lines.most_common(1)
            self.recorder.computing.append(
                Computing(
                    line=line,
                    real_seconds=self._spent,
                    at=self._at,
                    on_clock=not self.recorder.clock.is_virtual,
                )
            )
        self._step, self._spent = None, 0.0
        self._lines.clear()

    def _look(self, _signal: int, frame: FrameType | None) -> None:
        now = time.thread_time()
        spent, self._last = now - self._last, now
        line = self._line(frame)
        step = (getattr(self.recorder.loop, "steps", 0), current())
        if line is None or step != self._step:
            self.close()
        if line is None:
            return
        if self._step is None:
            self._step, self._at = step, float(self.recorder.clock.now())
        self._spent += spent
        self._lines[line] += max(1, round(spent * 1000))

    def _line(self, frame: FrameType | None) -> int | None:
        """The answer's line, when what runs is its own or a plain function that it called."""
        for caller in callers(frame):
            code = caller.f_code
            if code.co_filename == self.recorder.file:
                return caller.f_lineno
            if code.co_flags & ASYNCHRONOUS or code.co_filename.startswith(GRADER):
                return None
        return None
