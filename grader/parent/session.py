"""The use case: grade a course's exercises on a folder of answers."""

import linecache
import platform
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from grader.course import answers as own
from grader.course import circumstances, constraints
from grader.course.exercises import Course, Exercise
from grader.model.errors import GraderError
from grader.model.job import Job
from grader.model.report import ClockName, ExerciseResult, Isolation, Report
from grader.parent.conversation import Order
from grader.parent.runner import Runner
from grader.security import gate, intake


def order(
    exercise: Exercise, path: Path, shown: str, clock: ClockName, *, keep_spans: bool = False
) -> Order:
    """What the runner needs to grade the answer at `path`, unless the gate refuses it."""
    data = intake.take(path, shown)
    return order_of(exercise, data, shown, clock, keep_spans=keep_spans)


def order_of(
    exercise: Exercise,
    data: bytes | intake.Unusable,
    shown: str,
    clock: ClockName,
    *,
    keep_spans: bool = False,
) -> Order:
    """The same for an answer that has been read already, or could not be."""
    made = _ungated(exercise, data, shown, clock, keep_spans=keep_spans)
    offences = gate.offences(made.job.data) if made.job is not None else []
    flags = tuple(offence.flag for offence in offences)
    if not offences or offences[0].is_noted:
        return replace(made, flags=flags)
    worst = offences[0]
    return Order(exercise, shown, None, "refused", f"{shown}: {worst.sentence}", worst.line, flags)


def ungated(
    exercise: Exercise, path: Path, shown: str, clock: ClockName, *, keep_spans: bool = False
) -> Order:
    """That order before the gate has read the answer."""
    data = intake.take(path, shown)
    return _ungated(exercise, data, shown, clock, keep_spans=keep_spans)


def _ungated(
    exercise: Exercise,
    data: bytes | intake.Unusable,
    shown: str,
    clock: ClockName,
    *,
    keep_spans: bool,
) -> Order:
    if isinstance(data, intake.Unusable):
        return Order(exercise, shown, None, data.status, data.sentence, data.line)
    examined = any(test.id in circumstances.IDS for test in exercise.tests)
    suite = str(exercise.suite)
    job = Job(suite, exercise.file, shown, data, clock, keep_spans, examined)
    return Order(exercise, shown, job)


def orders_for(
    selection: Iterable[Exercise],
    folder: Path,
    shown_from: Path | None = None,
    clock: ClockName = "virtual",
    *,
    keep_spans: bool = False,
) -> list[Order]:
    """An order for each exercise's answer below `folder`."""
    return [
        order(exercise, *exercise.answer_in(folder, shown_from), clock, keep_spans=keep_spans)
        for exercise in selection
    ]


def grade(
    course: Course,
    selection: tuple[Exercise, ...],
    *,
    answers: Path | None = None,
    shown_from: Path | None = None,
    clock: ClockName = "virtual",
    runner: Runner | None = None,
    keep_spans: bool = False,
    on_result: Callable[[int, ExerciseResult], None] | None = None,
) -> Report:
    """Grade the selected exercises. Raises GraderError when the answers cannot be found.

    Paths are shown relative to `shown_from`, by default the current folder.
    """
    folder = answers if answers is not None else course.root / "exercises"
    if not folder.is_dir():
        raise GraderError(
            f"The answers folder {folder} is not there.",
            "Name a folder that is laid out as exercises/.",
        )
    if answers is not None:
        folder = own.folder_of(folder)
    elif folder.is_symlink():
        raise GraderError(
            f"{folder} is a symbolic link, so its answers could be anybody's.",
            "Name the folder itself.",
        )
    orders = orders_for(selection, folder, shown_from, clock, keep_spans=keep_spans)
    for made in orders:
        if made.job is not None:
            # Source lines are read by the path that is shown, which may begin elsewhere.
            lines = made.job.data.decode("utf-8", "replace").splitlines(keepends=True)
            linecache.cache[made.shown] = (len(made.job.data), None, lines, made.shown)
    runner = runner or Runner()
    results = runner.run(orders, on_result)
    found = report(results, clock, runner.isolation)
    return found.model_copy(update={"constraints": constraints.digest(course.root)})


def report(
    results: list[ExerciseResult], clock: ClockName, isolation: Isolation = "process"
) -> Report:
    """Add the verdicts up."""
    return Report(
        schema="awaitlings/report/1",
        clock=clock,
        python=platform.python_version(),
        isolation=isolation,
        points=sum(result.points for result in results),
        max_points=sum(result.max_points for result in results),
        exercises=results,
    )
