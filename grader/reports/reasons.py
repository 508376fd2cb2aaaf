"""Why points were not earned, in the words that every format shares.

The texts may hold what a learner wrote: a format makes them harmless for its own place.
"""

from collections.abc import Iterator

from grader.course import circumstances
from grader.model.report import ExerciseResult, TestResult
from grader.reports.picture import headline

STATES = {
    "passed": "passed",
    "failed": "failed",
    "not_started": "not started",
    "broken": "cannot be loaded",
    "missing": "missing",
    "crashed": "crashed",
    "timed_out": "timed out",
    "refused": "refused",
}
"""How each status of an exercise reads."""

NOT_RUN = "Not run: what it builds on did not pass."
"""Why a test is skipped."""
ASKED_AGAIN = "the same is asked again, under other circumstances."
"""What comes then."""
ISOLATION = {
    "none": "not isolated: the answers ran beside the grader",
    "process": "a process of its own for each answer",
    "sandbox": "a sandbox for each answer",
}
"""How the answers were kept apart from the machine."""

UNGRADED = ("broken", "missing", "crashed", "timed_out", "refused")
"""The statuses of an answer that could not be graded to its end."""


def state(exercise: ExerciseResult) -> str:
    return STATES[exercise.status]


def sentence(exercise: ExerciseResult) -> str:
    """One sentence for an exercise that is not passed; empty when it is."""
    if exercise.status == "passed":
        return ""
    if exercise.problem is not None:
        return exercise.problem
    for test in failures(exercise):
        assert test.failure is not None
        return headline(test.failure)
    return f"{exercise.points} of {exercise.max_points} points"


def next_step(exercise: ExerciseResult, *, watching: bool = False) -> str:
    """What its learner does next about an exercise that has a problem.

    `watching`: at a screen that grades at every save, and has keys.
    """
    if exercise.is_suites_fault:
        suite = f"tests/exercises/{exercise.number:02}_{exercise.id}"
        return f"python -m pytest {suite} tells the author why"
    if exercise.is_graders_fault:
        return f"grader run {exercise.id}, later: your file is not what is wrong"
    if exercise.status == "not_started":
        edit = f"then edit {exercise.file}"
        return f"grader lesson {exercise.id}, {edit}; grader watch grades it at each save"
    if watching:
        missing = exercise.status == "missing"
        return "x brings the stub back" if missing else f"edit {exercise.file}, and save it"
    if exercise.status == "missing":
        return f"grader reset {exercise.id}"
    return f"edit {exercise.file}, then: grader run {exercise.id}"


def line(exercise: ExerciseResult) -> int | None:
    """The learner's line to look at first: that of its problem or of its first failure."""
    if exercise.line is not None:
        return exercise.line
    return next((test.failure.line for test in failures(exercise) if test.failure), None)


def failures(exercise: ExerciseResult) -> Iterator[TestResult]:
    """The failed tests whose reason is known."""
    return (test for test in exercise.tests if test.status == "failed" and test.failure)


def waits(test: TestResult) -> bool:
    """Whether it is a circumstance that is not run before the suite's own tests pass."""
    return test.status == "skipped" and test.id in circumstances.IDS


def reason(exercise: ExerciseResult, test: TestResult) -> list[str]:
    """Why this test earned no points: the fact, the why, the next step; empty when it passed."""
    if test.status == "passed":
        return []
    if test.status == "skipped":
        return [NOT_RUN]
    if test.failure is None:
        return [exercise.problem or "Not run."]
    failure = test.failure
    return [headline(failure), failure.why, f"Next: {failure.next}"]


def place(test: TestResult, file: str) -> tuple[str, int | None]:
    """The learner's file and the line to look at."""
    if test.failure is None:
        return file, None
    return test.failure.file, test.failure.line
