"""A class's report as CSV: `points` has a row for each learner, `answers` one for each answer."""

import csv
import io
from collections.abc import Iterable

from grader.model.class_report import ClassReport, Learner
from grader.reports import harmless

MAXIMUM = "(maximum)"


def points(report: ClassReport) -> str:
    """The first row has the maxima. A cell is empty where nothing is known: that is no 0."""
    slugs = [exercise.id for exercise in report.exercises]
    head = ["id", "name", "section", "state", *slugs, "total", "maximum", "days_late", "after_late"]
    most = [exercise.max_points for exercise in report.exercises]
    rows: list[Iterable[object]] = [
        [*head, "flags", "handed_out", "handed_in", "handed_in_by", "reason"],
        [MAXIMUM, "", "", "", *most, report.max_points, report.max_points, *[""] * 7],
    ]
    for learner in report.learners:
        earned = {answer.exercise: answer.points for answer in learner.answers}
        rows.append(
            [
                *map(harmless.cell, (learner.id, learner.name, learner.section)),
                learner.state,
                *(_number(earned.get(slug)) for slug in slugs),
                _number(learner.points),
                report.max_points,
                _number(learner.days_late),
                _number(learner.after_late),
                harmless.cell(flags(learner)),
                harmless.cell(learner.handed_out),
                learner.handed_in,
                learner.handed_in_by,
                harmless.cell(learner.problem),
            ]
        )
    return _csv(rows)


def answers(report: ClassReport) -> str:
    """A row for each answer of each learner who handed anything in."""
    head = ["learner", "exercise", "status", "points", "maximum", "diagnoses", "group"]
    rows: list[Iterable[object]] = [[*head, "digest", "reason", "flags"]]
    most = {exercise.id: exercise.max_points for exercise in report.exercises}
    for learner in report.learners:
        for answer in learner.answers:
            rows.append(
                [
                    harmless.cell(learner.id),
                    answer.exercise,
                    answer.status,
                    _number(answer.points),
                    most[answer.exercise],
                    " ".join(dict.fromkeys(answer.diagnoses.values())),
                    answer.group,
                    answer.digest,
                    harmless.cell(answer.reason),
                    harmless.cell("; ".join(answer.flags)),
                ]
            )
    return _csv(rows)


def flags(learner: Learner) -> str:
    """What a teacher should look at in this learner's answers."""
    found = (f"{each.exercise}: {flag}" for each in learner.answers for flag in each.flags)
    return "; ".join(found)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _csv(rows: Iterable[Iterable[object]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()
