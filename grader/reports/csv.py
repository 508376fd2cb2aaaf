"""The report as CSV: a header, then one row for each exercise."""

import csv
import io

from grader.model.report import Report
from grader.reports import harmless, reasons

HEADER = (
    "number",
    "exercise",
    "title",
    "level",
    "status",
    "points",
    "max_points",
    "real_seconds",
    "reason",
    "flags",
)


def render(report: Report) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    for exercise in report.exercises:
        writer.writerow(
            [
                exercise.number,
                exercise.id,
                harmless.cell(exercise.title),
                exercise.level,
                exercise.status,
                exercise.points,
                exercise.max_points,
                exercise.real_seconds,
                harmless.cell(reasons.sentence(exercise)),
                harmless.cell("; ".join(exercise.flags)),
            ]
        )
    return file.getvalue()
