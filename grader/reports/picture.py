"""Draws a failure and its timeline as plain text lines.

A row is one source line, or one kind of equal spans, with a bar on a common scale:

     21  payment = await process_payment(order.id)          ██████████░░░░░
     22  email = await send_confirmation_email(order.id)    ░░░░░░░░░░█████
                                                            0.0  0.5  1.0  1.5 s
                                                                      ▲ expected
"""

import linecache
import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from grader.model.report import Failure
from grader.model.spans import Orders, Span
from grader.reports import harmless
from grader.reports.timeline import ENDS, LEGEND, Pen, Row, Timeline, timeline
from grader.wording import count

MIN_BAR = 20
AXIS_MARGIN = 6
"""Columns right of the bars, for the last figure of the axis."""
MAX_BAR = 48

Pens = Mapping[Pen | None, str]
FANCY: Pens = {
    None: "░",
    "done": "█",
    "shortest": "┃",
    "held": "─",
    "instant": "│",
    "blocking": "▓",
    "failed": "✗",
    "cancelled": "◇",
    "running": "▶",
    "unawaited": "?",
}
PLAIN: Pens = {
    None: ".",
    "done": "#",
    "shortest": "!",
    "held": "-",
    "instant": "|",
    "blocking": "B",
    "failed": "x",
    "cancelled": "/",
    "running": ">",
    "unawaited": "?",
}
"""The characters of the kinds of stretches: all differ without colour; None is nothing."""
GOALS = {True: "▲", False: "^"}
"""Marks the expected moment on the axis, in a terminal that draws and in one that does not."""
GHOSTS = {True: "▒", False: "="}
"""What a stretch of the save before is drawn with."""
MAX_GHOSTS = 4


class Line(NamedTuple):
    """A line of a picture: what stands before the bars, and the bars, or what is below them."""

    head: str
    bars: str
    is_ghost: bool = False

    def __str__(self) -> str:
        return self.head + self.bars


def explain(
    failure: Failure, spans: Sequence[Span] = (), width: int = 80, goal: float | None = None
) -> str:
    """The failure as plain pytest shows it."""
    where = f"{failure.file}:{failure.line}" if failure.line else failure.file
    lines = [
        headline(failure),
        *map(str, draw(spans, width, source_of(failure.file), goal=goal)),
        failure.why,
        f"Next: {failure.next}",
        f"{where}  [{failure.diagnosis}]",
    ]
    return harmless.plain("\n".join(lines))


def headline(failure: Failure) -> str:
    """The fact and its name: `took 1.5 s, expected 1.0 s: one after another`."""
    name = failure.diagnosis.replace("-", " ")
    if failure.fact:
        return f"{failure.fact}: {name}"
    if failure.is_duration:
        return f"took {failure.actual}, expected {failure.expected}: {name}"
    return f"expected {failure.expected}, got {failure.actual}: {name}"


def remember(file: str, text: str) -> None:
    """Have `source_of` give the lines of this text, whatever lies at that path or does not."""
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)


def source_of(file: str) -> Callable[[int], str]:
    """A function that gives a line of `file`, stripped, fit to be shown."""
    return lambda line: harmless.line(linecache.getline(file, line))


def draw(
    spans: Sequence[Span],
    width: int,
    source: Callable[[int], str],
    *,
    fancy: bool = True,
    full: bool = False,
    more: str = "--timeline full",
    goal: float | None = None,
    before: Sequence[Span] = (),
) -> list[Line]:
    """The timeline as lines of at most `width` columns; nothing when no time passed.

    `more` tells how to see the rows that are left out unless `full`. `goal` is the moment to mark;
    `before` are the spans of the save before, which are drawn below, in a lighter shade.
    """
    shown = timeline(spans, full=full, goal=goal)
    if shown is None:
        return []
    ghost = timeline(before, goal=shown.end)
    end = ghost.end if ghost is not None else shown.end  # no earlier than shown.end: its goal
    numbered = any(row.line is not None for row in shown.rows)
    texts = [(_code(row, source, numbered), row.fold) for row in shown.rows]
    longest = max(cell_len(code) + len(fold) + 2 * bool(fold) for code, fold in texts)
    label_width = min(longest, max(20, width - MIN_BAR - AXIS_MARGIN - 2))
    bar_width = min(MAX_BAR, width - label_width - 2 - AXIS_MARGIN)
    pens = FANCY if fancy else PLAIN
    lines = [
        Line(f"{_fit(code, fold, label_width, fancy)}  ", _bar(row, end, bar_width, pens))
        for row, (code, fold) in zip(shown.rows, texts, strict=True)
    ]
    margin = " " * (label_width + 2)
    if ghost is not None:
        shade = dict.fromkeys(pens, GHOSTS[fancy]) | {None: pens[None]}
        for row in ghost.rows[:MAX_GHOSTS]:
            label = f"     before: {harmless.line(row.label)}"
            head = _fit(label, "", label_width, fancy)
            lines.append(Line(f"{head}  ", _bar(row, end, bar_width, shade), is_ghost=True))
    lines.append(Line(margin, _axis(end, bar_width)))
    if shown.goal is not None:
        lines.append(Line(margin, _goal(round(shown.goal / end * bar_width), bar_width, fancy)))
    lines += _legend(shown, pens, margin, width)
    if shown.left_out:
        lines.append(Line(f"({count(shown.left_out, 'more row')}: {more})", ""))
    return lines


def two_orders(orders: Orders, width: int) -> list[str]:
    """Two columns: what ended at one moment, in the usual order and in the other."""
    half = (width - 2) // 2
    pairs = zip(orders.usual, orders.other, strict=False)
    rows = [("at the same moment, usually:", "and here:"), *pairs]
    return [
        f"{set_cell_size(harmless.line(usual), half)}  {harmless.line(other)[:half]}".rstrip()
        for usual, other in rows
    ]


def ticks(end: float, most: int) -> list[float]:
    """Round figures from 0 on, at most about `most`, and `end` itself."""
    step = _round_step(end, max(1, most))
    return [*(step * index for index in range(math.ceil(end / step - 1e-9))), end]


def figure(value: float) -> str:
    """A figure of the axis: 0.0, 0.25, 1.5."""
    text = f"{round(value, 3):.10g}"
    return text if "." in text or "e" in text else f"{text}.0"


def _code(row: Row, source: Callable[[int], str], numbered: bool) -> str:
    number = f"{row.line:>3}  " if row.line is not None else "     " if numbered else ""
    code = source(row.line) if row.line is not None and not row.shares_line else ""
    return f"{number}{code or harmless.line(row.label)}"


def _fit(code: str, fold: str, width: int, fancy: bool) -> str:
    """The code and the fold in exactly `width` columns: the count matters more than the code."""
    tail = f"  {fold}" if fold else ""
    room = width - len(tail)
    if cell_len(code) > room:
        dots = "…" if fancy else "..."
        code = set_cell_size(code, room - len(dots)) + dots
    return set_cell_size(code + tail, width)


def _bar(row: Row, end: float, width: int, pens: Pens) -> str:
    cells = [pens[None]] * width
    for mark in row.marks:
        first = min(width - 1, round(mark.start / end * width))
        last = min(width, max(first + 1, round(mark.end / end * width)))
        if mark.pen in ENDS:
            first = last - 1
        cells[first:last] = pens[mark.pen] * (last - first)
    return "".join(cells)


def _axis(end: float, width: int) -> str:
    """Round figures under the bars, as many as have room, and the end's."""
    cells = [" "] * (width + AXIS_MARGIN)
    *before, last = ticks(end, width // 6)
    text = figure(last)
    last_at = min(width, width + AXIS_MARGIN - 2 - len(text))
    cells[last_at : last_at + len(text)] = text
    free = 0
    for tick in before:
        text, at = figure(tick), round(tick / end * width)
        if at >= free and at + len(text) + 2 <= last_at:
            cells[at : at + len(text)] = text
            free = at + len(text) + 1
    return "".join(cells).rstrip() + " s"


def _goal(at: int, width: int, fancy: bool) -> str:
    """A mark under the axis, and what it means on the side that has the room."""
    mark = GOALS[fancy]
    right = f"{' ' * at}{mark} expected"
    return right if len(right) <= width + AXIS_MARGIN else f"expected {mark}".rjust(at + 1)


def _round_step(end: float, most: int) -> float:
    raw = end / most
    power = 10.0 ** math.floor(math.log10(raw))
    for factor in (1, 2, 2.5, 5, 10):
        if power * factor >= raw - 1e-12:
            return power * factor
    return power * 10


def _legend(shown: Timeline, pens: Pens, margin: str, width: int) -> list[Line]:
    """What the unusual characters mean: under the bars if there is room, else to their left."""
    words = [f"{pens[pen]} {LEGEND[pen]}" for pen in shown.pens]
    if not words:
        return []
    line = "  ".join(words)
    if len(margin + line) <= width:
        return [Line(margin, line)]
    return [Line(line.rjust(width), "")]
