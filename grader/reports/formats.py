"""The formats of a report: `text` is for a person, the others are for machines."""

import importlib
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.model.report import ExerciseResult, Report


class Format(StrEnum):
    text = "text"
    json = "json"
    junit = "junit"
    markdown = "markdown"
    classroom = "classroom"
    classroom50 = "classroom50"
    gradescope = "gradescope"
    csv = "csv"
    html = "html"
    svg = "svg"


def get_ready(format: Format) -> None:
    """Load what draws it, before any answer has run that might change its files."""
    importlib.import_module(f"grader.reports.{'terminal' if format is Format.text else format}")


def render(format: Format, report: "Report") -> str:
    """Any but `text`, which wants a console: by the module that has its name."""
    module = importlib.import_module(f"grader.reports.{format}")
    render: Callable[[Report], str] = module.render
    try:
        return render(report)
    except Exception:
        return render(what_can_be_shown(render, report))


def what_can_be_shown(draw: "Callable[[Report], object]", report: "Report") -> "Report":
    """The report without what `draw` raises at: that costs its own exercise the verdict.

    An answer made what is shown: one answer must not end everybody's report.
    """
    exercises = [_shown_by(draw, report, exercise) for exercise in report.exercises]
    points = sum(exercise.points for exercise in exercises)
    return report.model_copy(update={"exercises": exercises, "points": points})


def _shown_by(
    draw: "Callable[[Report], object]", report: "Report", exercise: "ExerciseResult"
) -> "ExerciseResult":
    """The exercise as it is when it can be drawn, else what is left of it."""
    try:
        draw(report.model_copy(update={"exercises": [exercise]}))
    except Exception as error:
        bare = {"status": "failed", "points": 0, "failure": None, "timeline": [], "printed": ""}
        return exercise.model_copy(
            update={
                "status": "crashed",
                "points": 0,
                "printed": "",
                "tests": [test.model_copy(update=bare) for test in exercise.tests],
                "problem": f"{exercise.file}: the grader failed while it showed this verdict "
                f"({type(error).__name__}): please report that.",
            }
        )
    return exercise
