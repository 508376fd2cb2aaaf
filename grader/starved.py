"""Was a child starved rather than stuck: did a busy machine keep the processor from it.

Whoever waits and whoever is kept waiting compute alike: not at all. So a child that had hardly
any of the processor counts as starved when it wanted more at its end, or, where only its own
guard ended it, when the machine is busy. It is graded once more, and not a third time.
"""

import os

from grader.system import HAS_POSIX

LEAST_SHARE = 0.1
"""Who computed for less than this part of the real time may have been starved."""
LEAST_REAL_SECONDS = 1.5
"""In less nobody has been kept waiting for long."""
BUSY = 1.5
"""Processes that want to run, per processor, on a busy machine."""


def hardly_ran(computed: float | None, real_seconds: float) -> bool:
    """Whether `computed` seconds of the processor are hardly any; None is unknown: it is not."""
    if computed is None or real_seconds < LEAST_REAL_SECONDS:
        return False
    return computed < LEAST_SHARE * real_seconds


def is_busy() -> bool:
    """Whether more wants to run on this machine than it can; where nobody says, it does not."""
    if not HAS_POSIX:
        return False
    try:
        return os.getloadavg()[0] > BUSY * (os.cpu_count() or 1)
    except OSError:
        return False
