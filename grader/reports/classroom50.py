"""The report as the `result.json` of Classroom 50, one test for each exercise."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime

from grader.model.report import ExerciseResult, Report
from grader.reports import harmless, reasons

MAX_NAME_BYTES = 100
MAX_MESSAGE = 500


def render(
    report: Report, environment: Mapping[str, str] = os.environ, now: datetime | None = None
) -> str:
    """What an autograder leaves in the student's checkout.

    Whose work it is comes from the `environment` that Classroom 50 sets up.
    """

    def told(*names: str, otherwise: str = "") -> str:
        values = (harmless.line(environment.get(name, "")) for name in names)
        return next((value for value in values if value), otherwise)

    repository = told("GITHUB_REPOSITORY").rpartition("/")[2]
    result = {
        "schema": "classroom50/result/v1",
        "classroom": told("CLASSROOM", otherwise="unknown"),
        "assignment": told("ASSIGNMENT", otherwise=repository or "unknown"),
        "assignment_type": told("ASSIGNMENT_TYPE", otherwise="individual"),
        "owner": told("OWNER", "USERNAME", "GITHUB_ACTOR", otherwise="unknown"),
        "submission": told("SUBMISSION_TAG"),
        "commit": told("COMMIT_URL"),
        "release": told("RELEASE_URL"),
        "review": told("REVIEW_URL"),
        "datetime": (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": report.points,
        "max-score": report.max_points,
        "tests": [
            {
                "test-name": _name(exercise.number, exercise.id),
                "passed": exercise.status == "passed",
                "score": exercise.points,
                "max-score": exercise.max_points,
                "message": _message(exercise),
            }
            for exercise in report.exercises
        ],
    }
    return json.dumps(result, indent=1) + "\n"


def _message(exercise: ExerciseResult) -> str:
    """Safe in a job's log as well, where the autograder shows what it has written."""
    told = [reasons.sentence(exercise) or "passed"]
    told += [f"flag: {flag}" for flag in exercise.flags]
    return harmless.workflow(harmless.line("; ".join(told), MAX_MESSAGE))


def _name(number: int, id: str) -> str:
    """A unique name of at most MAX_NAME_BYTES; ids are ASCII."""
    return f"ex{number:02} {id}"[:MAX_NAME_BYTES]
