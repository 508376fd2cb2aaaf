"""One wait: of a participant, or one that the clock could not see."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

from grader.clock import stacks

if TYPE_CHECKING:
    from grader.clock.virtual import VirtualClock

_new_lock = threading.Lock

Frames = tuple[tuple[str, int], ...]
"""(file, line) of a stack, innermost first, without the grader's own."""


@dataclass(frozen=True)
class Blocking:
    """A call that kept its thread waiting; `call` is "" for one that the clock did not see."""

    call: str
    frames: Frames
    start: float
    end: float

    @property
    def file(self) -> str:
        return self.frames[0][0] if self.frames else ""

    @property
    def line(self) -> int:
        return self.frames[0][1] if self.frames else 0


@dataclass(frozen=True)
class Stall:
    """A thread that blocked where the clock cannot see, for instance in a raw lock."""

    file: str
    line: int
    at: float


class Waiter:
    """One wait of one participant.

    `kick` wakes the thread instead of the gate: a loop that waits for real sockets has one.
    `polled` is the clock's `activity` when such a loop last looked at its sockets.
    """

    __slots__ = ("clock", "failure", "gate", "kick", "parked", "polled", "timed_out", "woken")

    def __init__(self, clock: "VirtualClock", kick: Callable[[], None] | None = None) -> None:
        self.clock = clock
        self.gate = _new_lock()
        self.gate.acquire()
        self.kick = kick
        self.parked = False
        self.woken = False
        self.timed_out = False
        self.failure: BaseException | None = None
        self.polled: int | None = None

    def release(self) -> None:
        """Wake the waiting thread; what `Condition.notify` calls.

        Raises RuntimeError when the thread is being ended: `notify` then wakes the next one.
        """
        if self.failure is not None:
            raise RuntimeError("this wait has failed")
        self.clock.wake(self)


def frames_outside(frame: FrameType | None) -> Frames:
    """(file, line) of `frame` and its callers, innermost first, without the grader's own."""
    frames = ((f.f_code.co_filename, f.f_lineno) for f in stacks.callers(frame))
    return tuple(place for place in frames if not place[0].startswith(stacks.GRADER))
