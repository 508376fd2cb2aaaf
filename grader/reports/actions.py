"""The report as workflow commands of GitHub Actions: a log in groups, annotations, outputs."""

import io
from collections.abc import Callable, Iterator
from functools import partial
from itertools import zip_longest

from rich.console import Console

from grader.model.report import ExerciseResult, Report
from grader.reports import classroom, formats, harmless, markdown, reasons, terminal
from grader.reports.picture import headline

MAX_ANNOTATIONS = 9
"""GitHub shows ten of each kind for a step; one is left for the step itself."""
WIDTH = 100


def what_can_be_shown(report: Report) -> Report:
    """The report as it is, unless something in it cannot be shown: see formats.py."""
    try:
        _draw(report)
    except Exception:
        return formats.what_can_be_shown(_draw, report)
    return report


def _draw(report: Report) -> None:
    markdown.render(report)
    list(log(report, ""))
    annotations(report, str)
    _printed(partial(plain, report))


def log(report: Report, token: str) -> Iterator[str]:
    """Lines of the job's log: a group for each exercise, then the board.

    Commands are off between the two lines with `token`, which nobody can guess.
    """
    for exercise in report.exercises:
        state = f"{exercise.points}/{exercise.max_points} {reasons.state(exercise)}"
        yield f"::group::{exercise.number:02} {exercise.id}  {state}"
        yield f"::stop-commands::{token}"
        yield from _harmless(_printed(partial(terminal.explain, exercise)))
        yield f"::{token}::"
        yield "::endgroup::"
    yield from _harmless(_printed(partial(terminal.board, report.exercises)))


def plain(report: Report, console: Console) -> None:
    """For any other CI: the board, then each exercise that is not passed."""
    terminal.board(report.exercises, console)
    for exercise in report.exercises:
        if exercise.status != "passed":
            console.print()
            terminal.explain(exercise, console)


def _printed(draw: Callable[[Console], None]) -> str:
    file = io.StringIO()
    draw(Console(file=file, width=WIDTH, highlight=False, color_system=None))
    return file.getvalue()


def _harmless(text: str) -> Iterator[str]:
    return (line.rstrip() for line in harmless.workflow(text).splitlines())


def annotations(
    report: Report, located: Callable[[str], str], most: int = MAX_ANNOTATIONS
) -> list[str]:
    """At most `most` errors with file and line: the first of each exercise before the second.

    `located` turns a path of the report into one that is relative to the checkout.
    """
    each = [list(_errors(exercise, located)) for exercise in report.exercises]
    ordered = [error for round in zip_longest(*each) for error in round if error is not None]
    return ordered[:most]


def _errors(exercise: ExerciseResult, located: Callable[[str], str]) -> Iterator[str]:
    if exercise.status in ("passed", "not_started"):
        return
    name = f"{exercise.number:02} {exercise.id}"
    if exercise.problem is not None:
        line = reasons.line(exercise)
        yield error(exercise.problem, name, file=located(exercise.file), line=line)
    told = set()
    for test in reasons.failures(exercise):
        failure = test.failure
        assert failure is not None
        reason = (failure.file, failure.line, failure.diagnosis)
        if reason in told:
            continue  # one line, one reason: once is enough
        told.add(reason)
        text = f"{test.title}\n{headline(failure)}\n{failure.why}\nNext: {failure.next}"
        yield error(text, name, file=located(failure.file), line=failure.line)


def error(
    text: str, title: str, *, kind: str = "error", file: str = "", line: int | None = None
) -> str:
    """One workflow command; `kind` is error, warning or notice."""
    properties = {"file": file, "line": "" if line is None else str(line), "title": title}
    told = ",".join(
        f"{name}={harmless.annotation_property(value)}"
        for name, value in properties.items()
        if value
    )
    return f"::{kind} {told}::{harmless.annotation(text)}"


def outputs(report: Report, passed: bool, graded: bool = True) -> str:
    """Lines for GITHUB_OUTPUT: the points, the verdict, whether it is one, a runner an exercise."""
    values = {
        "points": str(report.points),
        "max-points": str(report.max_points),
        "passed": "true" if passed else "false",
        "graded": "true" if graded else "false",
    }
    for exercise in report.exercises:
        values[classroom.runner_id(exercise.number)] = classroom.encoded(exercise)
    return "".join(f"{name}={value}\n" for name, value in values.items())
