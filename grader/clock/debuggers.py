"""A debugger that holds this process: its waits are real, and meanwhile the clock stands still.

pydevd, which debugpy and so VS Code start, and PyCharm too, stops a thread in that thread itself:
its code waits there in an Event until its user goes on. That wait is nobody's in the program.
Allowed where a learner runs pytest, never in a child that grades: there an answer could use it.
"""

import sys
from types import FrameType

from grader.clock.stacks import callers

NAMES = ("pydevd", "debugpy")
"""Words in the paths of a debugger's files."""
PROMPTS = (*NAMES, "pdb.py", "bdb.py")
"""The same with Python's own debugger, which waits for a line of input."""
DEPTH = 4
"""Frames between a debugger's own code and where its wait arrives here, at most."""

_allowed: list[bool] = []


def allow() -> None:
    """From now on in this process."""
    _allowed[:] = [True]


def is_waiting(frame: FrameType | None) -> bool:
    """Whether a debugger's code, and not the program's, calls from here."""
    if not _allowed:
        return False
    near = zip(range(DEPTH), callers(frame), strict=False)
    return any(name in caller.f_code.co_filename for _, caller in near for name in NAMES)


def has_stopped(file: str) -> bool:
    """Whether a debugger holds a thread in the code of `file`."""
    if not _allowed:
        return False
    for innermost in sys._current_frames().values():
        above: list[str] = []
        for frame in callers(innermost):
            if frame.f_code.co_filename == file:
                if any(name in path for path in above for name in PROMPTS):
                    return True
                break
            above.append(frame.f_code.co_filename)
    return False
