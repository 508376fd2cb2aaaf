"""From an answer's order and what its child said to its verdict.

Nothing that a child says is trusted: an event out of its place is nonsense, and only tests
that both started and finished in their turn can have passed.
"""

import contextlib
import re
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from grader.course.exercises import Exercise
from grader.course.suites import Expected
from grader.diagnosis import diagnose, is_not_written
from grader.model import events
from grader.model.evidence import Evidence, Problem
from grader.model.job import Job
from grader.model.report import ExerciseResult, ExerciseStatus, TestResult

XCPU = getattr(signal, "SIGXCPU", 0)
STACK = b" (most recent call first):\n"
"""What Python writes of itself when the kernel ends it."""
FRAME = re.compile(rb'File "([^"\n]*)", line (\d{1,7}) in ')
OTHER_TESTS = "it collected other tests than the suite has"
"""Before it loads an answer: the suite is at fault."""
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
    since: float = 0.0
    finished: dict[str, events.Finished] = field(default_factory=dict)
    unloadable: events.Unloadable | None = None
    flags: list[str] = field(default_factory=list)
    ended: bool = False
    nonsense: str = ""
    timed_out: bool = False
    overdue: bool = False
    stands_still: bool = False
    starved: bool = False
    odd: bytes = b""
    exit_code: int | None = None

    @property
    def known(self) -> list[str]:
        return [test.id for test in self.order.exercise.tests]

    def take(self, event: events.AnyEvent) -> None:
        """Enter one event. Raises Nonsense when it does not belong here."""
        if isinstance(event, events.Collected) and not self.collected:
            if event.tests != self.known:
                raise events.Nonsense(OTHER_TESTS)
            self.collected = True
            return
        if not self.collected or self.ended or isinstance(event, events.Collected):
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
            self.running, self.since = event.test, time.monotonic()
        elif isinstance(event, events.Finished):
            if event.test != self.running:
                raise events.Nonsense("it finished a test that was not running")
            self.running = None
            self.finished[event.test] = event
        else:
            self.ended = True

    @property
    def hurried(self) -> bool:
        """Was a test ended by real time though hardly anything of it had run."""
        return any(event.hurried for event in self.finished.values())

    @property
    def is_stuck(self) -> bool:
        """Was the child ended because a single call of its answer went on and on."""
        return self.overdue or self.exit_code == -XCPU or STACK in self.odd

    def go_on(self) -> Job | None:
        """What the next child does when this one got stuck in a test: the others."""
        if self.order.job is None or self.running is None or not self.is_stuck or self.timed_out:
            return None
        kind = "StoodStill" if self.overdue and self.stands_still else "TimedOut"
        problem = Problem(type=kind, message="it did not end", line=self._stuck_line())
        self.finished[self.running] = events.Finished(
            test=self.running, outcome="failed", evidence=Evidence(error=problem)
        )
        self.running, self.overdue = None, False
        self.nonsense, self.odd, self.exit_code = "", b"", None
        if len(self.finished) == len(self.known):
            self.ended = True
            return None
        self.collected = False
        failed = (name for name, event in self.finished.items() if event.outcome == "failed")
        return replace(self.order.job, done=tuple(self.finished), failed=tuple(failed))

    def _stuck_line(self) -> int | None:
        """The answer's innermost line when the kernel ended its child, as Python wrote it."""
        for file, line in FRAME.findall(self.odd):
            if file.decode("ascii", "replace") == self.order.shown:
                return int(line)
        return None


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


def lost_tests(exercise: Exercise) -> str:
    """The sentence about a suite that pytest cannot collect, or not as it stands there."""
    where = f"tests/exercises/{exercise.folder}"
    return (
        f"{where}: pytest does not find the tests that stand there; "
        f"`python -m pytest {where}` says why."
    )


def _status(said: Said, tests: list[TestResult]) -> tuple[ExerciseStatus, str | None]:
    shown = said.order.shown
    if said.starved:
        took = round(time.monotonic() - said.started)
        return "timed_out", (
            f"{shown}: this machine is so busy that the answer hardly ran in {took} real seconds, "
            "twice: grade it again when there is less to do."
        )
    if not said.finished and said.running is None and said.collected and said.is_stuck:
        line = said._stuck_line()
        where = f" at line {line}" if line is not None else ""
        problem = f"importing the file did not end: the grader stopped it{where}."
        return "broken", f"{shown}: {problem}"
    if said.timed_out:
        at = f" in {said.running}" if said.running else ""
        took = round(time.monotonic() - said.started)
        return "timed_out", f"{shown}: it was still running after {took} real seconds{at}."
    if said.unloadable is not None:
        return said.unloadable.status, f"{shown}: {said.unloadable.problem}"
    if said.nonsense == OTHER_TESTS:
        return "crashed", lost_tests(said.order.exercise)
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
