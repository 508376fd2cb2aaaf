"""What threads and signal handlers tell the main thread, and how they wake it."""

import contextlib
import socket
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from grader.model.report import ExerciseResult


@dataclass(frozen=True)
class Saved:
    """Answers, by the slugs of their exercises, that lie there otherwise than before."""

    slugs: frozenset[str]


@dataclass(frozen=True)
class Rewritten:
    """Exercises, by slug, whose suite or exercise.toml lies there otherwise than before."""

    slugs: frozenset[str]


@dataclass(frozen=True)
class Added:
    """An exercise that was not known lies there, or lies there otherwise than before."""


@dataclass(frozen=True)
class Graded:
    """A verdict."""

    result: ExerciseResult


@dataclass(frozen=True)
class OwnPassed:
    """A suite's own tests have passed, and its circumstances run: a verdict on those tests."""

    result: ExerciseResult


@dataclass(frozen=True)
class AllGraded:
    """Every verdict that was asked for is there."""


@dataclass(frozen=True)
class Notice:
    """A sentence that the learner should read."""

    text: str


@dataclass(frozen=True)
class Redraw:
    """The terminal has another size, or was somebody else's for a while."""


@dataclass(frozen=True)
class Trouble:
    """A thread cannot go on."""

    error: BaseException


Event = Saved | Rewritten | Added | Graded | OwnPassed | AllGraded | Notice | Redraw | Trouble


class Inbox:
    """A queue with a descriptor that is readable while something may be in it.

    `put` may be called by any thread, and by a signal handler in the middle of a `take`.
    """

    def __init__(self) -> None:
        self._events: SimpleQueue[Event] = SimpleQueue()
        self._bell = Bell()

    def fileno(self) -> int:
        return self._bell.fileno()

    def put(self, event: Event) -> None:
        self._events.put(event)
        self._bell.ring()

    def take(self) -> list[Event]:
        """What has come so far; does not wait."""
        self._bell.quieten()
        events = []
        with contextlib.suppress(Empty):
            while True:
                events.append(self._events.get_nowait())
        return events

    def close(self) -> None:
        self._bell.close()


class Bell:
    """A descriptor that becomes readable when it is rung, and stays so until quietened."""

    def __init__(self) -> None:
        self._ear, self._rope = socket.socketpair()
        self._ear.setblocking(False)
        self._rope.setblocking(False)

    def fileno(self) -> int:
        return self._ear.fileno()

    def ring(self) -> None:
        # BlockingIOError: unread bytes wake the loop already. OSError: the loop has ended.
        with contextlib.suppress(OSError):
            self._rope.send(b"\0")

    def quieten(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._ear.recv(4096):
                pass

    def close(self) -> None:
        self._ear.close()
        self._rope.close()
