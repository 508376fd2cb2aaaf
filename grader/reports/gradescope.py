"""The report as Gradescope's `results.json`."""

import json
from collections.abc import Iterator
from typing import Any

from grader.model.report import ExerciseResult, Report, TestResult
from grader.reports import harmless, reasons

MAX_OUTPUT = 4000


def render(report: Report) -> str:
    """One entry for each test; students see them, and nothing of what the grader printed."""
    result = {
        "score": report.points,
        "execution_time": round(sum(exercise.real_seconds for exercise in report.exercises), 3),
        "output": f"Isolation: {reasons.ISOLATION[report.isolation]}.",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [entry for exercise in report.exercises for entry in _tests(exercise)],
        "leaderboard": [
            {"name": "Points", "value": report.points},
            {"name": "Exercises passed", "value": _passed(report)},
        ],
    }
    return json.dumps(result, indent=1) + "\n"


def _passed(report: Report) -> int:
    return sum(exercise.status == "passed" for exercise in report.exercises)


def _tests(exercise: ExerciseResult) -> Iterator[dict[str, Any]]:
    for index, test in enumerate(exercise.tests, 1):
        yield _test(exercise, test, f"{exercise.number}.{index}")
    if exercise.flags:
        yield _flags(exercise)


def _test(exercise: ExerciseResult, test: TestResult, number: str) -> dict[str, Any]:
    lines = reasons.reason(exercise, test)
    file, line = reasons.place(test, exercise.file)
    if lines and line is not None:
        lines.append(f"{file}:{line}")
    return _entry(exercise, test.title, number, test.status == "passed", lines) | {
        "score": test.points,
        "max_score": test.max_points,
    }


def _flags(exercise: ExerciseResult) -> dict[str, Any]:
    """An entry without points that only the staff sees."""
    entry = _entry(exercise, "flags", f"{exercise.number}.flags", False, exercise.flags)
    return entry | {"visibility": "hidden"}


def _entry(
    exercise: ExerciseResult, title: str, number: str, passed: bool, lines: list[str]
) -> dict[str, Any]:
    return {
        "name": harmless.line(f"{exercise.number:02} {exercise.id}: {title}"),
        "score": 0,
        "max_score": 0,
        "status": "passed" if passed else "failed",
        "number": number,
        "output": harmless.cut(harmless.plain("\n".join(lines)), MAX_OUTPUT),
        "visibility": "visible",
        "tags": [exercise.id, exercise.level],
    }
