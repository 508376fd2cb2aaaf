"""Chooses what a timeline shows: spans become rows of marks, which a picture draws.

A row is one call of one source line, or one kind of equal spans; its marks lie in drawing
order, what is odd above what simply ended.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from grader.model.spans import Span, peak

MAX_ROWS = 10
RANGE = 0.95
"""Share of the longest call's end below which the shortest one's end is marked."""
MAX_MARKS = 2000
"""Stretches of one span that are drawn one by one; more of them are drawn as one."""

Pen = Literal[
    "done",
    "shortest",
    "held",
    "instant",
    "blocking",
    "failed",
    "cancelled",
    "running",
    "unawaited",
]
LEGEND: dict[Pen, str] = {
    "shortest": "the shortest ends",
    "held": "held up",
    "instant": "took no time",
    "blocking": "blocks the loop",
    "failed": "failed",
    "cancelled": "cancelled",
    "running": "still running",
    "unawaited": "never awaited",
}
"""What each pen means, in drawing order; `done` needs no word."""
PENS: tuple[Pen, ...] = ("done", *LEGEND)
"""All pens, in drawing order."""
ENDS: tuple[Pen, ...] = ("failed", "cancelled", "running", "unawaited")
"""The pens that mark how a span ended, at its end."""
POINTS: tuple[Pen, ...] = ("shortest", "instant")
"""The pens that mark a moment and are drawn as a stroke."""


@dataclass(frozen=True)
class Mark:
    """One stretch of a row, in seconds; a mark of ENDS is a point at `end`."""

    start: float
    end: float
    pen: Pen


@dataclass(frozen=True)
class Row:
    """Spans that share a line and a label; `busy` are the stretches that blocked the loop.

    `shares_line`: other rows are of the same line, so that its source would not tell them apart.
    """

    line: int | None
    label: str
    spans: tuple[Span, ...]
    busy: tuple[tuple[float, float], ...] = ()
    shares_line: bool = False

    @property
    def start(self) -> float:
        return min(span.start for span in self.spans)

    @property
    def total(self) -> float:
        """Seconds that all of them took together."""
        return sum(span.each * span.times for span in self.spans)

    @property
    def count(self) -> int:
        return sum(span.times for span in self.spans)

    @property
    def frames(self) -> bool:
        """Does it hold only the answer's own coroutines, which last as long as what is in them."""
        return all(span.kind == "coroutine" for span in self.spans)

    @property
    def is_odd(self) -> bool:
        """Does it hold anything but spans that simply ended."""
        return any(span.blocking or span.outcome != "done" for span in self.spans)

    @property
    def fold(self) -> str:
        """`x50, 40 at once`, `x50` of what took no time; empty for a single span."""
        if self.count == 1:
            return ""
        most = peak(self.spans)
        return f"x{self.count:,}, {most:,} at once" if most else f"x{self.count:,}"

    @property
    def marks(self) -> list[Mark]:
        marks: list[Mark] = []
        for span in self.spans:
            for start, end in _stretches(span):
                if end > start:
                    marks += self._parts(span, start, end)
                elif span.outcome == "done":
                    marks.append(Mark(start, end, "instant"))
            if span.outcome != "done":
                marks.append(Mark(span.start, span.end, span.outcome))
        if self._is_range:
            end = min(span.end for span in self.spans)
            marks.append(Mark(end, end, "shortest"))
        return sorted(marks, key=lambda mark: PENS.index(mark.pen))

    @property
    def _is_range(self) -> bool:
        """Did several calls begin together, end well, and take different times."""
        ends = [span.end for span in self.spans]
        together = all(s.start == self.start and s.repeat == 1 for s in self.spans)
        return together and not self.is_odd and self.start < min(ends) < RANGE * max(ends)

    def _parts(self, span: Span, start: float, end: float) -> list[Mark]:
        """What was on the loop while something else blocked it did not run: it was held up."""
        if span.blocking:
            return [Mark(start, end, "blocking")]
        marks = [Mark(start, end, "done")]
        if span.lane == "loop":
            for first, last in self.busy:
                if first < end and last > start:
                    marks.append(Mark(max(first, start), min(last, end), "held"))
        return marks


@dataclass(frozen=True)
class Timeline:
    """The rows to draw, on a scale from 0 to `end` seconds; `left_out` more are not drawn.

    `goal` is the moment at which what the test waited for should have been there.
    """

    rows: tuple[Row, ...]
    end: float
    left_out: int
    goal: float | None = None

    @property
    def pens(self) -> list[Pen]:
        """The pens in use that need a word, in the order of the legend."""
        used = {mark.pen for row in self.rows for mark in row.marks}
        return [pen for pen in LEGEND if pen in used]


def timeline(
    spans: Sequence[Span], *, full: bool = False, goal: float | None = None
) -> Timeline | None:
    """At most MAX_ROWS rows, those with a finding first, unless `full`; None if no time passed."""
    end = max((span.end for span in spans), default=0.0)
    rows = _rows(spans)
    if not rows or end <= 0:
        return None
    goal = goal or None  # at 0 there is nothing to mark
    end = max(end, goal or 0.0)
    shown = rows if full else _most_telling(rows)
    return Timeline(tuple(shown), end, len(rows) - len(shown), goal)


def _rows(spans: Sequence[Span]) -> list[Row]:
    """Spans of one line, one lane and one name share a row.

    Requests, and endpoints that no line of the answer called, are left out where lines tell, and
    connections that were out no longer than their queries took.
    """
    told = any(span.line is not None for span in spans)
    busy = tuple(_merged((span.start, span.end) for span in spans if span.blocking))
    blocked_lines = {span.line for span in spans if span.blocking and span.line is not None}
    queries = _merged((span.start, span.end) for span in spans if span.kind == "query")
    groups: dict[tuple[object, ...], list[Span]] = {}
    for span in spans:
        if span.kind == "connection" and _lies_in(span, queries):
            continue
        framing = span.kind == "request" or (span.kind == "coroutine" and span.line is None)
        if told and framing and (span.outcome == "done" or span.kind == "coroutine"):
            continue
        if span.line in blocked_lines and not span.blocking and _lies_in(span, busy):
            continue  # the blocking call's own row shows it
        if span.kind == "coroutine" and not span.blocking and _lies_in(span, busy):
            continue  # the blocking call is drawn instead, and took all of this span's time
        groups.setdefault(_key(span), []).append(span)
    rows = []
    for members in map(_inner, groups.values()):
        named: dict[str, list[Span]] = {}
        for span in members:
            named.setdefault(_name(span) if span.line is not None else "", []).append(span)
        for alike in named.values():
            shares = len(named) > 1
            rows.append(Row(alike[0].line, _label(alike), tuple(alike), busy, shares))
    return sorted(rows, key=lambda row: (row.start, not row.frames, row.line or 0))


def _inner(spans: list[Span]) -> list[Span]:
    """Of a lambda and what it calls, on one line, only the calls."""
    return [span for span in spans if span.kind != "coroutine"] or spans


def _key(span: Span) -> tuple[object, ...]:
    if span.line is not None:
        return span.line, span.lane, span.blocking
    if span.kind == "request":
        method, _, path = span.label.partition(" ")
        segments = path.split("/")
        return method, len(segments), *segments[:2]
    return None, span.name


def _name(span: Span) -> str:
    """What tells the calls of one line apart: a function, or a host."""
    return span.name.partition("/")[0] if span.kind == "upstream" else span.name


def _label(spans: Sequence[Span]) -> str:
    """What the labels have in common: `GET /orders/...`, `get_price(...)`."""
    labels = sorted({span.label for span in spans})
    if len(labels) == 1:
        return labels[0]
    if spans[0].kind == "request":
        columns = zip_longest(*(label.split("/") for label in labels), fillvalue="")
        return "/".join(words[0] if len(set(words)) == 1 else "..." for words in columns)
    return f"{spans[0].name}(...)" if "(" in labels[0] else spans[0].name


def _merged(intervals: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _lies_in(span: Span, intervals: Sequence[tuple[float, float]]) -> bool:
    return any(start <= span.start and span.end <= end for start, end in intervals)


def _most_telling(rows: list[Row]) -> list[Row]:
    if len(rows) <= MAX_ROWS:
        return rows
    ranked = sorted(rows, key=lambda row: (row.frames, not row.is_odd, -row.total))[:MAX_ROWS]
    return [row for row in rows if row in ranked]


def _stretches(span: Span) -> Iterable[tuple[float, float]]:
    """Where each of a span's repeats lies."""
    if span.repeat == 1 or span.repeat > MAX_MARKS:
        return [(span.start, span.end)]
    step = span.each + span.gap
    starts = (span.start + step * index for index in range(span.repeat))
    return [(start, start + span.each) for start in starts]
