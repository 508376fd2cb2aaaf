"""The report as one page of HTML that needs nothing else: no network, no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from grader.model.report import Report
from grader.model.spans import Span
from grader.reports import reasons
from grader.reports.harmless import plain
from grader.reports.picture import figure, headline, source_of, ticks
from grader.reports.terminal import SIGNS
from grader.reports.timeline import (
    ENDS,
    LEGEND,
    PENS,
    POINTS,
    Mark,
    Pen,
    Row,
    Timeline,
    timeline,
)
from grader.wording import count, seconds

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

TICKS = 4
MIN_STRETCH = 0.2
"""Percent of the bar below which stretches are not told from their neighbours."""


@dataclass(frozen=True)
class Shape:
    """A mark of a row, from `x` percent of the bar on, `width` percent wide."""

    pen: Pen
    x: float
    width: float

    @property
    def is_end(self) -> bool:
        return self.pen in ENDS


@dataclass(frozen=True)
class Bar:
    """A row as the page draws it; `told` is the bar in words."""

    line: int | None
    code: str
    fold: str
    shapes: list[Shape]
    told: str


@dataclass(frozen=True)
class Drawing:
    """A timeline as the page draws it: `axis` has each figure with its place in percent."""

    bars: list[Bar]
    axis: list[tuple[float, str]]
    legend: list[tuple[Pen, str]]
    end: str
    left_out: str
    goal: float | None
    """Where the expected moment is, in percent."""


def render(report: Report, notes: Sequence[str] = ()) -> str:
    """The page. Whatever a learner wrote is escaped. `notes` are sentences below the board."""
    return template("report.html").render(
        report=report,
        notes=notes,
        passed=sum(exercise.status == "passed" for exercise in report.exercises),
        isolation=reasons.ISOLATION[report.isolation],
    )


def draw(spans: Sequence[Span], file: str, goal: float | None = None) -> Drawing | None:
    """The rows that the terminal shows too, as shapes; None when no time passed."""
    shown = timeline(spans, goal=goal)
    return None if shown is None else drawing(shown, file, shown.end)


def drawing(shown: Timeline, file: str, end: float) -> Drawing:
    """That timeline on a scale from 0 to `end` seconds, which may lie after its own end or before.

    `file` is where its lines are read.
    """
    source = source_of(file)
    return Drawing(
        bars=[
            _bar(row, end, source(row.line) if row.line and not row.shares_line else "")
            for row in shown.rows
        ],
        axis=_axis(end),
        legend=[(pen, LEGEND[pen]) for pen in shown.pens],
        end=seconds(shown.end),
        left_out=count(shown.left_out, "more row") if shown.left_out else "",
        goal=shown.goal / end * 100 if shown.goal is not None else None,
    )


def _bar(row: Row, end: float, code: str) -> Bar:
    marks = row.marks
    words = [LEGEND[pen] for pen in LEGEND if any(mark.pen == pen for mark in marks)]
    last = max(span.end for span in row.spans)
    told = ", ".join([f"from {seconds(row.start)} to {seconds(last)}", *words])
    return Bar(row.line, code or row.label, row.fold, _shapes(marks, end), told)


def _shapes(marks: Sequence[Mark], end: float) -> list[Shape]:
    """The marks in percent; neighbours too narrow to be told apart become one."""
    shapes: list[Shape] = []
    for mark in sorted(marks, key=lambda mark: (PENS.index(mark.pen), mark.start, mark.end)):
        x, width = mark.start / end * 100, (mark.end - mark.start) / end * 100
        if mark.pen in ENDS or mark.pen in POINTS:
            x, width = mark.end / end * 100, 0.0
        before = shapes[-1] if shapes else None
        if before is not None and before.pen == mark.pen:
            reach = before.x + before.width
            narrow = min(width, before.width) < MIN_STRETCH
            if x + width <= reach + 1e-9 or (narrow and x - reach < MIN_STRETCH):
                shapes[-1] = Shape(mark.pen, before.x, max(reach, x + width) - before.x)
                continue
        shapes.append(Shape(mark.pen, x, width))
    return shapes


def _axis(end: float) -> list[tuple[float, str]]:
    *before, last = ticks(end, TICKS)
    axis = [(tick / end * 100, figure(tick)) for tick in before if tick < end * 0.9]
    return [*axis, (100.0, f"{figure(last)} s")]


def _shown(value: Any) -> Any:
    """Learners' text without what would move a reader's eye or cursor."""
    return plain(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _prose(text: str) -> "Markup":
    """Text with what stands between backticks as code."""
    from markupsafe import Markup, escape

    parts = [escape(part) for part in plain(text).split("`")]
    if len(parts) % 2 == 0:
        return Markup("`").join(parts)  # one of them has no partner
    quoted = [Markup("<code>{}</code>").format(part) for part in parts[1::2]]
    parts[1::2] = quoted
    return Markup("").join(parts)


def _breakable(id: str) -> "Markup":
    """An id that a narrow screen may break after its underscores."""
    from markupsafe import Markup, escape

    return Markup("_<wbr>").join(escape(part) for part in id.split("_"))


@cache
def template(name: str, package: str = "grader.reports") -> "Template":
    """One of the templates of that package, which may use those here; what is put in is escaped."""
    # Only who asks for a page waits for the template engine to load.
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("grader.reports")]),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(prose=_prose, breakable=_breakable)
    environment.globals.update(
        draw=draw,
        headline=headline,
        failures=reasons.failures,
        status=reasons.state,
        next_step=reasons.next_step,
        signs={status: fancy for status, (fancy, _, _) in SIGNS.items()},
        count=count,
    )
    return environment.get_template(name)
