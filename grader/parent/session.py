"""The use case: grade a course's exercises on a folder of answers."""

import platform
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from grader.course import circumstances, constraints, patches
from grader.course.answers import folder_of
from grader.course.exercises import Course, Exercise
from grader.model.errors import GraderError
from grader.model.job import Job
from grader.model.report import ClockName, ExerciseResult, Isolation, Report
from grader.parent.conversation import Order
from grader.parent.runner import Runner
from grader.reports import picture
from grader.security import gate, intake


def order(
    exercise: Exercise,
    path: Path,
    shown: str,
    clock: ClockName,
    *,
    keep_spans: bool = False,
    own: bool = False,
) -> Order:
    """What the runner needs to grade the answer at `path`, with a flag for what the gate finds.

    `own`: it is that of whoever asks.
    """
    taken = intake.take(path, shown)
    return _noted(_order(exercise, taken, shown, clock, keep_spans), own=own)


def order_of(
    exercise: Exercise,
    data: bytes | intake.Unusable,
    shown: str,
    clock: ClockName,
    *,
    keep_spans: bool = False,
) -> Order:
    """The same for an answer that has been read already, or could not be."""
    return _noted(_order(exercise, data, shown, clock, keep_spans))


def order_of_course(
    exercise: Exercise, path: Path, shown: str, *, keep_spans: bool = False
) -> Order:
    """The order for one of the course's own right or wrong answers, which may be a patch."""
    try:
        text = patches.whole(path)
    except GraderError as error:
        return Order(exercise, shown, None, "broken", f"{shown}: {error}")
    return _noted(_order(exercise, text.encode(), shown, "virtual", keep_spans))


def _order(
    exercise: Exercise,
    data: bytes | intake.Unusable,
    shown: str,
    clock: ClockName,
    keep_spans: bool,
) -> Order:
    if isinstance(data, intake.Unusable):
        return Order(exercise, shown, None, data.status, data.sentence, data.line)
    # Source lines are read by the path that is shown, where another text may lie, or none.
    picture.remember(shown, data.decode("utf-8", "replace"))
    examined = any(test.id in circumstances.IDS for test in exercise.tests)
    suite = str(exercise.suite)
    return Order(
        exercise, shown, Job(suite, exercise.file, shown, data, clock, keep_spans, examined)
    )


def _noted(made: Order, *, own: bool = False) -> Order:
    if made.job is None:
        return made
    flags = tuple(gate.notes(made.job.data))
    return replace(made, job=replace(made.job, own=own), flags=flags)


def orders_for(
    selection: Iterable[Exercise],
    folder: Path,
    shown_from: Path | None = None,
    clock: ClockName = "virtual",
    *,
    keep_spans: bool = False,
    own: bool = False,
) -> list[Order]:
    """An order for each exercise's answer below `folder`."""
    found = [(exercise, *exercise.answer_in(folder, shown_from)) for exercise in selection]
    return [order(*each, clock, keep_spans=keep_spans, own=own) for each in found]


def grade(
    course: Course,
    selection: tuple[Exercise, ...],
    *,
    answers: Path | None = None,
    shown_from: Path | None = None,
    clock: ClockName = "virtual",
    runner: Runner | None = None,
    keep_spans: bool = False,
    ties: int | None = None,
    own: bool = False,
    on_result: Callable[[int, ExerciseResult], None] | None = None,
) -> Report:
    """Grade the selected exercises. Raises GraderError when the answers cannot be found.

    Paths are shown relative to `shown_from`, by default the current folder. `ties` is the seed by
    which what is due at the same moment comes. `own`: the answers are those of whoever asks.
    """
    folder = answers if answers is not None else course.answers
    if not folder.is_dir():
        raise GraderError(
            f"The answers folder {folder} is not there.",
            "Name a folder that is laid out as exercises/.",
        )
    if answers is not None:
        folder = folder_of(folder)
    elif folder.is_symlink():
        raise GraderError(
            f"{folder} is a symbolic link, so its answers could be anybody's.",
            "Name the folder itself.",
        )
    orders = orders_for(selection, folder, shown_from, clock, keep_spans=keep_spans, own=own)
    if ties is not None:
        orders = [replace(o, job=o.job and replace(o.job, ties=ties)) for o in orders]
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
