"""Who ends what after how long. All of these are guards: none is a verdict on speed.

    what goes on         ends after                              by                        Ending
    an import, a test    GUARD_SECONDS of CPU time, or 6 times   suite/guard.py, inside:   none
                         that in real time                       an exception
    one call, deaf to    `kernel_seconds` of CPU time            the kernel: SIGXCPU       KERNEL
    that exception
    a test, whatever     TEST_SHARE of the real time that its    parent/runner.py:         TEST,
    it does              exercise has left                       SIGKILL                   STILL
    an exercise          EXERCISE_REAL_SECONDS                   parent/runner.py          EXERCISE
    an answer's process  CPU_SECONDS                             the kernel: SIGKILL       none

After KERNEL, TEST and STILL that test has failed, and a new child runs the others. A child that
hardly had the processor (`system.hardly_ran`) is STARVED, whoever ended it: it is graded again,
alone, and told so when that happens twice.
"""

from enum import Enum, auto

GUARD_SECONDS = 10.0
EXERCISE_REAL_SECONDS = 120.0
"""Generous, for a busy machine."""
TEST_SHARE = 0.7
CPU_SECONDS = 120
MIN_SHARE = 0.1
"""A child that computed for less than this part of the real time may have been starved."""
MIN_REAL_SECONDS = 1.5
"""A child that ran for less than this was not starved: nothing kept it waiting for long."""


class Ending(Enum):
    """What ended a child before it had told all; None for one that ended by itself."""

    KERNEL = auto()
    TEST = auto()
    STILL = auto()
    """As TEST, and hardly anything was computed: it waited where no clock sees it."""
    EXERCISE = auto()
    STARVED = auto()


STUCK = (Ending.KERNEL, Ending.TEST, Ending.STILL)
"""The test that ran is at fault: the others can still be judged."""


def kernel_seconds(guard_seconds: float) -> float:
    """More than the guard, so that what it does about a test has time to work."""
    return 1.5 * guard_seconds + 1


SILENT = "it says nothing for too long"
"""Of the answer's process, when a judge outside asks it."""
