"""WallClock: the face of VirtualClock over real time, for `--clock real`.

Durations on the wall clock are never exact. The slack that the suites grant
them stands here and nowhere else.
"""

import threading
import time
from collections.abc import Callable

from grader.clock.waits import Blocking, Stall

RELATIVE_SLACK = 0.15
"""Share of the expected duration that the wall clock may be late."""
ABSOLUTE_SLACK = 0.25
"""Real seconds that the wall clock may be late on top."""
REQUEST_SLACK = 0.001
"""Real seconds on top for each request: thousands at once are work, which this clock counts."""

_monotonic = time.monotonic
_sleep = time.sleep


class WallClock:
    """Real seconds since the clock was made; it records blocking calls, and detects no deadlock."""

    is_virtual = False

    def __init__(self) -> None:
        self.owner = threading.get_ident()
        self.blocking: list[Blocking] = []
        self.sleeping: list[Blocking] = []
        self.on_blocked: Callable[[Blocking], None] | None = None
        self.stalls: list[Stall] = []
        self._start = _monotonic()

    def now(self) -> float:
        return _monotonic() - self._start

    def sleep(self, seconds: float) -> None:
        _sleep(seconds)

    def close(self) -> None:
        """Nothing to end: threads run on real time."""
