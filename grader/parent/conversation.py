"""What a parent and one answer's child say to each other: the order, and what came back.

Nothing that a child says is trusted: an event out of its place is nonsense, and only tests
that both started and finished in their turn can have passed.
"""

import re
import signal
import time
from dataclasses import dataclass, field, replace

from grader.course.circumstances import IDS
from grader.course.exercises import Exercise
from grader.model import events
from grader.model.endings import STUCK, Ending
from grader.model.evidence import Evidence, Problem
from grader.model.job import Job
from grader.model.report import ExerciseStatus
from grader.security.audit import MAX_FLAGS

XCPU = getattr(signal, "SIGXCPU", None)
STACK = b" (most recent call first):\n"
"""What faulthandler writes into the channel when the kernel ends a child."""
FRAME = re.compile(rb'File "([^"\n]*)", line (\d{1,7}) in ')


class OtherTests(events.Nonsense):
    """pytest found other tests than the suite's source has: the fault is the suite's, for no
    answer was loaded yet."""


@dataclass(frozen=True)
class Order:
    """One answer to grade; `job` is None when it could not be taken.

    `problem` says why not, `line` where. `flags` is what the gate found.
    """

    exercise: Exercise
    shown: str
    job: Job | None
    status: ExerciseStatus = "missing"
    problem: str = ""
    line: int | None = None
    flags: tuple[str, ...] = ()


@dataclass
class Said:
    """What a child has said so far; the runner adds how it ended."""

    order: Order
    started: float
    collected: bool = False
    running: str | None = None
    since: float = 0.0
    finished: dict[str, events.Finished] = field(default_factory=dict)
    unloadable: events.Unloadable | None = None
    flags: list[str] = field(default_factory=list)
    ended: bool = False
    nonsense: events.Nonsense | None = None
    ending: Ending | None = None
    odd: bytes = b""
    exit_code: int | None = None
    is_doubted: bool = False
    """Whether a judge outside has seen it fail once."""

    @property
    def known(self) -> list[str]:
        return [test.id for test in self.order.exercise.tests]

    @property
    def own(self) -> list[str]:
        """Its suite's own tests, without the circumstances."""
        return [name for name in self.known if name not in IDS]

    def take(self, event: events.AnyEvent) -> None:
        """Enter one event. Raises Nonsense when it does not belong here."""
        if isinstance(event, events.Collected) and not self.collected:
            if event.tests != self.known:
                raise OtherTests
            self.collected = True
            return
        if not self.collected or self.ended or isinstance(event, events.Collected):
            raise events.Nonsense("it sent an event out of order")
        if isinstance(event, events.Flagged):
            self.flag(event.flag)
        elif isinstance(event, events.Unloadable):
            if event.status != "broken":
                raise events.Nonsense("it claimed a status")
            self.unloadable = event
        elif isinstance(event, events.Started):
            due = event.test in self.known and event.test not in self.finished
            if not due or self.running is not None:
                raise events.Nonsense("it started a test that is not due")
            self.running, self.since = event.test, time.monotonic()
        elif isinstance(event, events.Finished):
            if event.test != self.running:
                raise events.Nonsense("it finished a test that was not running")
            self.running = None
            self.finished[event.test] = event
        elif isinstance(event, events.End):
            self.ended = True
        else:
            raise events.Nonsense("it sent an event that no grading has")

    def flag(self, text: str) -> None:
        # It may quote names from the answer: no control characters in a report.
        text = "".join(c if c.isprintable() else "?" for c in text)
        if text not in self.flags and len(self.flags) < MAX_FLAGS:
            self.flags.append(text)

    def has_just_passed_own(self, event: events.AnyEvent) -> bool:
        """Whether this event is the end of its suite's own tests: all passed, and more follows."""
        return (
            isinstance(event, events.Finished)
            and len(self.finished) == len(self.own) < len(self.known)
            and all(done.outcome == "passed" for done in self.finished.values())
        )

    def has_passed_own(self) -> bool:
        """Whether all of its suite's own tests have passed, whatever the circumstances say."""
        return all(map(self.has_passed, self.own))

    def has_passed(self, name: str) -> bool:
        event = self.finished.get(name)
        return event is not None and event.outcome == "passed"

    def seen_to_fail(self) -> events.Finished | None:
        """Of a judge: the test whose check did not hold; how the judge ended says nothing."""
        failed = (event for event in self.finished.values() if event.outcome == "failed")
        return next(failed, None)

    def unplayed(self) -> list[str]:
        """Of a judge: a sentence for each test of which it cannot tell how it ends."""
        done = self.finished.values()
        return [
            f"{event.test} passes, and a judge outside cannot tell: {event.printed}"
            for event in done
            if event.outcome == "skipped"
        ]

    def broken_off(self) -> events.Finished | None:
        """Of a judge: the test in which the answer's process ended, or spoke nonsense."""
        skipped = (event for event in self.finished.values() if event.outcome == "skipped")
        return next((e for e in skipped if e.printed.startswith(("Gone:", "Nonsense:"))), None)

    @property
    def hurried(self) -> bool:
        """Whether real time ended a test of which hardly anything had run."""
        return any(event.hurried for event in self.finished.values())

    @property
    def is_importing(self) -> bool:
        """Whether the last that it said was that the suite is ready."""
        return self.collected and not self.finished and self.running is None

    @property
    def by_kernel(self) -> bool:
        """Whether the kernel ended the child: one call of its answer computed without end."""
        return STACK in self.odd or (XCPU is not None and self.exit_code == -XCPU)

    def go_on(self) -> Job | None:
        """The job of a next child, when this one was ended in a test: the other tests."""
        if self.order.job is None or self.running is None or self.ending not in STUCK:
            return None
        kind = "StoodStill" if self.ending is Ending.STILL else "TimedOut"
        problem = Problem(type=kind, message="it did not end", line=self.stuck_line(), on_loop=True)
        self.finished[self.running] = events.Finished(
            test=self.running, outcome="failed", evidence=Evidence(error=problem)
        )
        self.running, self.ending = None, None
        self.nonsense, self.odd, self.exit_code = None, b"", None
        if len(self.finished) == len(self.known):
            self.ended = True
            return None
        self.collected = False
        failed = (name for name, event in self.finished.items() if event.outcome == "failed")
        return replace(self.order.job, done=tuple(self.finished), failed=tuple(failed))

    def stuck_line(self) -> int | None:
        """The answer's innermost line in what faulthandler wrote, if that is what came."""
        for file, line in FRAME.findall(self.odd):
            if file.decode("ascii", "replace") == self.order.shown:
                return int(line)
        return None
