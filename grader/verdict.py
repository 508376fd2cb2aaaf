"""From an answer's order and what its child said to its verdict.

Nothing that a child says is trusted: an event out of its place is nonsense, and only tests
that both started and finished in their turn can have passed.
"""

import contextlib
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from grader import events
from grader.course import Exercise, Expected
from grader.diagnosis import diagnose, is_not_written
from grader.job import Job
from grader.model import ExerciseResult, ExerciseStatus, TestResult

MOST_FLAGS = 20
"""Flags of one answer that are kept."""


@dataclass(frozen=True)
class Order:
    """One answer to grade; `job` is None when it could not be taken."""

    exercise: Exercise
    shown: str
    job: Job | None
    status: ExerciseStatus = "missing"
    problem: str = ""
    flags: tuple[str, ...] = ()


@dataclass
class Said:
    """What a child has said so far; how it ended is the runner's to add."""

    order: Order
    started: float
    collected: bool = False
    running: str | None = None
    finished: dict[str, events.Finished] = field(default_factory=dict)
    unloadable: events.Unloadable | None = None
    flags: list[str] = field(default_factory=list)
    ended: bool = False
    nonsense: str = ""
    timed_out: bool = False
    exit_code: int | None = None

    @property
    def known(self) -> list[str]:
        return [test.id for test in self.order.exercise.tests]

    def take(self, event: events.AnyEvent) -> None:
        """Enter one event. Raises Nonsense when it does not belong here."""
        if isinstance(event, events.Collected):
            if self.collected or event.tests != self.known:
                raise events.Nonsense("it collected other tests than the suite has")
            self.collected = True
            return
        if not self.collected or self.ended:
            raise events.Nonsense("it sent an event out of order")
        if isinstance(event, events.Flagged):
            # It names what the answer made up: no control characters in a report.
            flag = "".join(c if c.isprintable() else "?" for c in event.flag)
            if flag not in self.flags and len(self.flags) < MOST_FLAGS:
                self.flags.append(flag)
        elif isinstance(event, events.Unloadable):
            if event.status != "broken":
                raise events.Nonsense("it claimed a status")
            self.unloadable = event
        elif isinstance(event, events.Started):
            if (
                event.test not in self.known
                or event.test in self.finished
                or self.running is not None
            ):
                raise events.Nonsense("it started a test that is not due")
            self.running = event.test
        elif isinstance(event, events.Finished):
            if event.test != self.running:
                raise events.Nonsense("it finished a test that was not running")
            self.running = None
            self.finished[event.test] = event
        else:
            self.ended = True


def without_child(order: Order) -> ExerciseResult:
    """The verdict on an answer that could not be taken, or was refused."""
    tests = [_not_run(expected) for expected in order.exercise.tests]
    return _result(order, order.status, tests, 0.0, order.problem, order.flags)


def of(said: Said) -> ExerciseResult:
    """The verdict on what a child said and how it ended."""
    real_seconds = time.monotonic() - said.started
    tests = [_test(said, expected) for expected in said.order.exercise.tests]
    status, problem = _status(said, tests)
    printed = said.unloadable.printed if said.unloadable is not None else ""
    return _result(said.order, status, tests, real_seconds, problem, said.flags, printed)


def _status(said: Said, tests: list[TestResult]) -> tuple[ExerciseStatus, str | None]:
    shown = said.order.shown
    if said.timed_out:
        at = f" in {said.running}" if said.running else ""
        took = round(time.monotonic() - said.started)
        return "timed_out", f"{shown}: it was still running after {took} real seconds{at}."
    if said.unloadable is not None:
        return said.unloadable.status, f"{shown}: {said.unloadable.problem}"
    if said.nonsense:
        return "crashed", f"{shown}: its process spoke out of turn: {said.nonsense}."
    if not said.ended or len(said.finished) < len(tests):
        during = f" during {said.running}" if said.running else ""
        return "crashed", f"{shown}: its process ended too early{during} ({_exit(said)})."
    if all(test.status == "passed" for test in tests):
        return "passed", None
    failed = [said.finished[test.id] for test in tests if test.status == "failed"]
    if failed and not any(test.status == "passed" for test in tests):
        evidence = [event.evidence for event in failed]
        if all(item is not None and is_not_written(item) for item in evidence):
            return "not_started", _stub_sentence(failed[0])
    return "failed", None


def _stub_sentence(event: events.Finished) -> str:
    assert event.evidence is not None
    problems = [event.evidence.error, *event.evidence.server_errors]
    name = next(p.call for p in problems if p is not None and p.type == "NotImplementedError")
    return f"not started: {name}() still raises NotImplementedError"


def _exit(said: Said) -> str:
    code = said.exit_code
    if code is None:
        return "it did not say why"
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"


def _not_run(expected: Expected) -> TestResult:
    return TestResult(
        id=expected.id,
        title=expected.title,
        status="failed",
        points=0,
        max_points=expected.points,
    )


def _test(said: Said, expected: Expected) -> TestResult:
    event = said.finished.get(expected.id)
    if event is None:
        return _not_run(expected)
    failure = None
    if event.outcome == "failed" and event.evidence is not None:
        evidence = event.evidence.model_copy(update={"spans": event.spans})
        failure = diagnose(evidence, said.order.shown)
    return TestResult(
        id=expected.id,
        title=expected.title,
        status=event.outcome,
        points=expected.points if event.outcome == "passed" else 0,
        max_points=expected.points,
        seconds=event.seconds,
        failure=failure,
        printed=event.printed,
        timeline=event.spans,
    )


def _result(
    order: Order,
    status: ExerciseStatus,
    tests: list[TestResult],
    real_seconds: float,
    problem: str | None,
    flags: Iterable[str],
    printed: str = "",
) -> ExerciseResult:
    exercise = order.exercise
    return ExerciseResult(
        id=exercise.slug,
        number=exercise.number,
        title=exercise.settings.title,
        level=exercise.settings.level,
        status=status,
        points=sum(test.points for test in tests),
        max_points=sum(test.max_points for test in tests),
        real_seconds=round(real_seconds, 3),
        problem=problem,
        file=order.shown,
        flags=list(flags),
        printed=printed,
        tests=tests,
    )
