"""What is measured: the course, and folders of answers laid out as exercises/."""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired, run

from grader.course import exercises as course
from grader.course import patches
from grader.course.exercises import Course, Exercise
from grader.model.errors import GraderError
from grader.model.report import ClockName, ExerciseResult, Report
from grader.parent import session
from grader.parent.runner import Runner

ROOT = Path(__file__).resolve().parents[2]
COMMAND_SECONDS = 600
"""A command that takes longer has failed."""

Verdict = tuple[str, tuple[tuple[str, str, str], ...]]
"""An exercise's status, and per test its id, status and diagnosis."""


class MeasuringError(Exception):
    """The course or the machine is in no state to be measured."""


@dataclass(frozen=True)
class Room:
    """A folder of answers, and the exercises that have one there."""

    name: str
    folder: Path
    exercises: tuple[Exercise, ...]


def choose(names: Sequence[str], *, given: bool) -> tuple[Course, tuple[Exercise, ...]]:
    """The named exercises that have a solution. Raises MeasuringError.

    Without `given` the names are a wish: those that are not there are left out.
    """
    try:
        found = course.load(ROOT)
        known = {exercise.folder.partition("_")[0] for exercise in found.exercises}
        wanted = [name for name in names if given or name in known]
        chosen = [e for e in found.select(wanted) if e.solution.is_file()] if wanted else []
    except GraderError as error:
        raise MeasuringError(f"{error.problem} {error.remedy}") from None
    if not chosen:
        raise MeasuringError(f"None of {', '.join(names)} is there with a solution.")
    return found, tuple(chosen)


def furnish(base: Path, exercises: tuple[Exercise, ...], wrong: int) -> list[Room]:
    """Folders below `base`: the solutions, the first wrong answers, the second ones..."""
    rooms = [_room(base / "solutions", {exercise: exercise.solution for exercise in exercises})]
    for index in range(wrong):
        answers = {}
        for exercise in exercises:
            paths = sorted((exercise.solutions / "wrong").glob("*.py"))
            if index < len(paths):
                answers[exercise] = paths[index]
        if answers:
            rooms.append(_room(base / f"wrong_{index + 1}", answers))
    return rooms


def _room(folder: Path, answers: dict[Exercise, Path]) -> Room:
    for exercise, path in answers.items():
        (folder / exercise.folder).mkdir(parents=True)
        place = folder / exercise.folder / exercise.file
        place.write_text(patches.whole(path), encoding="utf-8")
    return Room(folder.name, folder, tuple(answers))


def grade(
    course: Course,
    room: Room,
    runner: Runner,
    clock: ClockName = "virtual",
    only: tuple[Exercise, ...] | None = None,
) -> Report:
    """Grade a room's answers, or `only` some of them."""
    selection = room.exercises if only is None else only
    return session.grade(course, selection, answers=room.folder, clock=clock, runner=runner)


def verdict(result: ExerciseResult) -> Verdict:
    """What must be the same each time."""
    tests = tuple(
        (test.id, test.status, test.failure.diagnosis if test.failure else "")
        for test in result.tests
    )
    return result.status, tests


def must_pass(report: Report) -> None:
    """A figure about solutions that fail would mean nothing. Raises MeasuringError."""
    failed = [f"{e.number:02} ({e.status})" for e in report.exercises if e.status != "passed"]
    if failed:
        raise MeasuringError(
            f"These solutions do not pass: {', '.join(failed)}. "
            "Correct them, or choose others with --exercises."
        )


def command(*arguments: str, ends_with: tuple[int, ...] = (0,)) -> tuple[float, str]:
    """Real seconds and output of `python ARGUMENTS` in the repository.

    Raises MeasuringError when it ends with another exit code.
    """
    words = [sys.executable, *arguments]
    with tempfile.TemporaryDirectory(prefix="awaitlings-bench-") as scratch:
        variables = {**os.environ, "TMPDIR": scratch}
        started = time.perf_counter()
        try:
            done = run(
                words,
                cwd=ROOT,
                env=variables,
                capture_output=True,
                text=True,
                timeout=COMMAND_SECONDS,
            )
        except TimeoutExpired:
            problem = f"still ran after {COMMAND_SECONDS} s"
            raise MeasuringError(f"`python {' '.join(arguments)}` {problem}.") from None
        seconds = time.perf_counter() - started
    output = done.stdout + done.stderr
    if done.returncode not in ends_with:
        last = " / ".join(output.strip().splitlines()[-3:])
        raise MeasuringError(f"`python {' '.join(arguments)}` ended with {done.returncode}: {last}")
    return seconds, output
