"""From an answer's order and what its child said to its verdict."""

import contextlib
import signal
import time
from collections.abc import Iterable
from typing import NamedTuple

from grader.course import given
from grader.course.circumstances import IDS
from grader.course.exercises import Exercise
from grader.course.suites import Expected
from grader.diagnosis import ASK_THE_AUTHOR, diagnose, is_not_written
from grader.diagnosis.explained import advice
from grader.model import events
from grader.model.endings import Ending
from grader.model.job import UNTOLD
from grader.model.report import ExerciseResult, ExerciseStatus, TestResult
from grader.parent.conversation import Order, OtherTests, Said

MAX_NOTES = 5


class Cause(NamedTuple):
    """An answer's status; where that is neither passed nor failed, why, and at which line."""

    status: ExerciseStatus
    problem: str | None = None
    line: int | None = None


def without_child(order: Order) -> ExerciseResult:
    """The verdict on an answer that could not be taken."""
    tests = [_not_run(expected) for expected in order.exercise.tests]
    cause = Cause(order.status, order.problem, order.line)
    return _result(order, cause, tests, 0.0, order.flags)


def of(said: Said) -> ExerciseResult:
    """The verdict on what a child said and how it ended.

    It never raises: what a child said must not end anybody else's grading.
    """
    real_seconds = time.monotonic() - said.started
    try:
        return _judged(said, real_seconds)
    except Exception as error:
        tests = [_not_run(expected) for expected in said.order.exercise.tests]
        problem = (
            f"{said.order.shown}: the grader failed while it judged this answer "
            f"({type(error).__name__}): please report that."
        )
        failed = _result(said.order, Cause("crashed", problem), tests, real_seconds, _flags(said))
        return failed.model_copy(update={"is_graders_fault": True})


def otherwise(said: Said, other: events.Finished) -> ExerciseResult:
    """The verdict on what has passed, where that test ended otherwise, twice, judged outside."""
    check = other.evidence.check if other.evidence is not None else None
    error = other.evidence.error if other.evidence is not None else None
    if check is not None:
        saw = f"expected {check.expected}, got {check.actual}"
    elif error is not None:
        saw = f"{error.type}: {error.message}"
    else:
        saw = f"its process breaks off ({other.printed})"
    seen = f"{other.test} passes in the answer's own process, and fails judged from outside: {saw}"
    tests = [_not_run(expected) for expected in said.order.exercise.tests]
    problem = (
        f"{said.order.shown}: {seen}. The tests ran once more in a process of their own; where "
        "that differs, there are no points. If your answer does nothing unusual, the mistake is "
        "ours: please report it."
    )
    took = time.monotonic() - said.started
    return _result(said.order, Cause("refused", problem), tests, took, [*_flags(said), seen])


def of_own(said: Said) -> ExerciseResult:
    """The verdict on a suite's own tests, which have passed; its circumstances are skipped yet."""
    tests = [_test(said, expected) for expected in said.order.exercise.tests]
    left = [
        test.model_copy(update={"status": "skipped"}) if test.id in IDS else test for test in tests
    ]
    seconds = time.monotonic() - said.started
    return _result(said.order, Cause("passed"), left, seconds, _flags(said))


def _judged(said: Said, real_seconds: float) -> ExerciseResult:
    tests = [_test(said, expected) for expected in said.order.exercise.tests]
    result = _result(said.order, _cause(said, tests), tests, real_seconds, _flags(said))
    return result.model_copy(
        update={
            "printed": said.unloadable.printed if said.unloadable is not None else "",
            "is_suites_fault": isinstance(said.nonsense, OtherTests),
            "notes": _notes(said) if result.status == "passed" else [],
            "is_graders_fault": said.ending is Ending.STARVED or _is_untold(said),
        }
    )


def _notes(said: Said) -> list[str]:
    """What passes and is not well: quiet sentences that cost no point."""
    text = "" if said.order.job is None else said.order.job.data.decode("utf-8", "replace")
    told = list(given.notes(said.order.exercise, text))
    made = {(each.what, each.line) for done in said.finished.values() for each in done.unawaited}
    for what, line in sorted(made, key=str):
        where = f"Line {line}: " if line is not None else ""
        told.append(
            f"{where}`{what}(...)` was called and never awaited, so it did nothing. Await it, or "
            "take it out."
        )
    return told[:MAX_NOTES]


def _is_untold(said: Said) -> bool:
    """Whether the grader has failed in the child, which then says so by its exit code."""
    return said.exit_code == UNTOLD and not said.ended


def _flags(said: Said) -> list[str]:
    """What the gate noted and what the audit has told, each once."""
    known = said.order.flags
    told = [flag for flag in said.flags if not any(k.startswith(f"{flag},") for k in known)]
    return list(dict.fromkeys([*known, *told]))


def lost_tests(exercise: Exercise) -> str:
    """For its author: the sentence about a suite that pytest cannot collect, or not as it is."""
    where = f"tests/exercises/{exercise.folder}"
    return f"{_lost_tests(exercise)}; `python -m pytest {where}` says why."


def _lost_tests(exercise: Exercise) -> str:
    return f"tests/exercises/{exercise.folder}: pytest does not find the tests that stand there"


def _cause(said: Said, tests: list[TestResult]) -> Cause:
    if (found := _by_ending(said) or _by_channel(said, len(tests))) is not None:
        return found
    if all(test.status == "passed" for test in tests):
        return Cause("passed")
    failed = [said.finished[test.id] for test in tests if test.status == "failed"]
    if failed and not any(test.status == "passed" for test in tests):
        evidence = [event.evidence for event in failed]
        if all(item is not None and is_not_written(item) for item in evidence):
            return Cause("not_started", _stub_sentence(failed[0], said.order))
    return Cause("failed")


def _by_ending(said: Said) -> Cause | None:
    """The verdict on an answer whose process was ended with nothing more to judge."""
    shown, took = said.order.shown, round(time.monotonic() - said.started)
    if said.ending is Ending.STARVED:
        problem = (
            f"{shown}: this machine is so busy that the answer hardly ran in {took} real seconds, "
            "twice: grade it again when there is less to do."
        )
        return Cause("timed_out", problem)
    if said.ending is Ending.KERNEL and said.is_importing:
        line = said.stuck_line()
        where = f" at line {line}" if line is not None else ""
        problem = f"{shown}: importing the file did not end: the grader stopped it{where}."
        return Cause("broken", problem, line)
    if said.ending is Ending.EXERCISE:
        at = f" in {said.running}" if said.running else ""
        return Cause("timed_out", f"{shown}: it was still running after {took} real seconds{at}.")
    return None


def _by_channel(said: Said, tests: int) -> Cause | None:
    """The verdict on a child that could not load its answer, or did not tell all."""
    shown = said.order.shown
    if (why := said.unloadable) is not None:
        means = advice(why.error) if why.error is not None else ""
        line = why.error.line if why.error is not None else None
        first, *caret = why.problem.partition("\n")
        return Cause(why.status, f"{shown}: {first}{means}{''.join(caret)}", line)
    if isinstance(said.nonsense, OtherTests):
        return Cause("crashed", f"{_lost_tests(said.order.exercise)}. {ASK_THE_AUTHOR}")
    if said.nonsense is not None:
        return Cause("crashed", f"{shown}: its process spoke out of turn: {said.nonsense}.")
    if not said.ended or len(said.finished) < tests:
        during = f" during {said.running}" if said.running else ""
        problem = f"{shown}: its process ended too early{during} ({_exit(said)})."
        return Cause("crashed", problem)
    return None


def _stub_sentence(event: events.Finished, order: Order) -> str:
    assert event.evidence is not None
    problems = [event.evidence.error, *event.evidence.server_errors]
    name = next(p.call for p in problems if p is not None and p.type == "NotImplementedError")
    line = given.unreached(order.job.data.decode("utf-8", "replace")) if order.job else None
    below = f" at line {line}, so what you wrote below it is not reached" if line else ""
    return f"not started: {name}() still raises NotImplementedError{below}"


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
        id=expected.id, title=expected.title, status="failed", points=0, max_points=expected.points
    )


def _test(said: Said, expected: Expected) -> TestResult:
    event = said.finished.get(expected.id)
    if event is None:
        return _not_run(expected)
    if expected.id in IDS and not said.has_passed_own():  # whatever the child says of them
        return _not_run(expected).model_copy(update={"status": "skipped"})
    if event.outcome == "failed" and said.ending is Ending.STARVED:
        # A guard of real time may have broken in anywhere: what was seen then blames the answer.
        return _not_run(expected).model_copy(update={"status": "skipped"})
    failure = None
    if event.outcome == "failed" and event.evidence is not None:
        evidence = event.evidence.model_copy(update={"spans": event.spans})
        failure = diagnose(evidence, said.order.shown, said.order.exercise.diagnoses)
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
        goal=event.goal if failure is None or failure.is_duration else None,
        orders=event.orders,
    )


def _result(
    order: Order,
    cause: Cause,
    tests: list[TestResult],
    real_seconds: float,
    flags: Iterable[str],
) -> ExerciseResult:
    exercise = order.exercise
    return ExerciseResult(
        id=exercise.slug,
        number=exercise.number,
        title=exercise.settings.title,
        level=exercise.settings.level,
        chapter=exercise.settings.chapter,
        status=cause.status,
        points=sum(test.points for test in tests),
        max_points=sum(test.max_points for test in tests),
        real_seconds=round(real_seconds, 3),
        problem=cause.problem,
        line=cause.line,
        file=order.shown,
        flags=list(flags),
        tests=tests,
    )
