"""Which clock does the calling thread live on.

A thread that is no participant has none, and sees real time.
"""

import os
import threading

from grader.clock.virtual import VirtualClock
from grader.clock.wall import WallClock

Clock = VirtualClock | WallClock

_local = threading.local()


def current() -> Clock | None:
    """The clock of the calling thread, or None."""
    return getattr(_local, "clock", None)


def current_virtual() -> VirtualClock | None:
    """The clock of the calling thread when it is a virtual one."""
    clock = getattr(_local, "clock", None)
    return clock if clock is not None and clock.is_virtual else None


def enter(clock: Clock | None) -> None:
    """Put the calling thread on `clock`; None brings it back to real time."""
    _local.clock = clock


if hasattr(os, "register_at_fork"):
    # A forked child is another program: the clock of its parent never moves there.
    os.register_at_fork(after_in_child=lambda: enter(None))
