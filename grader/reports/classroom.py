"""The report for the classroom-resources reporter: one runner for each exercise.

The reporter computes two totals, one from the scores and one from the share of passed
tests; with one entry for each point, both are ours.
"""

import base64
import json
from typing import TypedDict

from grader.model.report import ExerciseResult, Report, TestResult
from grader.reports import harmless, reasons

MAX_BYTES = 16 * 1024
"""Bytes of one runner's JSON, with messages: all runners together share one environment."""
MAX_NAME = 160
MAX_MESSAGE = 300


class Entry(TypedDict):
    """One point."""

    name: str
    status: str
    score: int
    line_no: int
    message: str | None
    test_code: str
    filename: str
    execution_time: str


class Runner(TypedDict):
    """What the reporter reads for one exercise."""

    version: int
    status: str
    max_score: int
    tests: list[Entry]


def render(report: Report) -> str:
    """A JSON object: each runner's id and what the reporter wants for it."""
    runners = {runner_id(exercise.number): runner(exercise) for exercise in report.exercises}
    return json.dumps(runners, indent=1) + "\n"


def runner_id(number: int) -> str:
    """Letters and digits only: the reporter understands no others."""
    return f"ex{number:02}"


def encoded(exercise: ExerciseResult) -> str:
    """One runner as the reporter takes it from the environment: base64 on one line."""
    return base64.b64encode(_dumped(runner(exercise))).decode("ascii")


def runner(exercise: ExerciseResult) -> Runner:
    entries = [entry for test in exercise.tests for entry in _entries(exercise, test)]
    ungraded = exercise.status in reasons.UNGRADED
    first = next((entry for entry in entries if entry["status"] != "pass"), None)
    if ungraded and first is not None:
        # The reporter prints only a test's error message, so the sentence goes there once.
        first["status"] = "error"
        first["message"] = _safe(reasons.sentence(exercise), MAX_MESSAGE)
    if not entries:
        # The reporter divides by the number of entries.
        entries = [_entry(exercise, exercise.title, exercise.status == "passed", 0, None)]
    if exercise.flags:
        told = [text for text in (entries[0]["message"], *_flags(exercise)) if text]
        entries[0]["message"] = _safe("; ".join(told), MAX_MESSAGE)
    status = "error" if ungraded else "pass" if exercise.status == "passed" else "fail"
    result = Runner(version=1, status=status, max_score=exercise.max_points, tests=entries)
    if len(_dumped(result)) > MAX_BYTES:
        for entry in entries:
            entry["message"] = None
    return result


def _flags(exercise: ExerciseResult) -> list[str]:
    return [f"flag: {flag}" for flag in exercise.flags]


def _entries(exercise: ExerciseResult, test: TestResult) -> list[Entry]:
    entries = []
    for point in range(test.max_points):
        earned = point < test.points
        which = f" ({point + 1} of {test.max_points})" if test.max_points > 1 else ""
        lines = reasons.reason(exercise, test)
        message = lines[0] if point == test.points and lines else None
        entries.append(_entry(exercise, f"{test.title}{which}", earned, int(earned), message))
    return entries


def _entry(
    exercise: ExerciseResult, title: str, earned: bool, score: int, message: str | None
) -> Entry:
    return Entry(
        name=_safe(f"{exercise.id}: {title}", MAX_NAME),
        status="pass" if earned else "fail",
        score=score,
        line_no=0,
        message=None if message is None else _safe(message, MAX_MESSAGE),
        test_code="",
        filename=_safe(exercise.file, MAX_NAME),
        execution_time=f"{exercise.real_seconds:.2f}s",
    )


def _safe(text: str, most: int) -> str:
    return harmless.workflow(harmless.line(text, most))


def _dumped(result: Runner) -> bytes:
    return json.dumps(result, ensure_ascii=False).encode()
