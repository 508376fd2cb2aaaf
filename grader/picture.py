"""Draws a failure and its timeline as plain text lines.

A row is one source line, or one lane of equal spans, with a bar on a common scale:

     21  payment = await process_payment(order.id)          ██████████░░░░░
     22  email = await send_confirmation_email(order.id)    ░░░░░░░░░░█████
                                                            0.0  0.5  1.0  1.5 s
"""

import linecache
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from grader.model import Failure, Span

MOST_ROWS = 10
LEAST_BAR = 20
AXIS_MARGIN = 6
"""Columns right of the bars, for the last figure of the axis."""
MOST_BAR = 48


@dataclass(frozen=True)
class Pens:
    """The characters that each kind of stretch is drawn with; all differ without colour."""

    empty: str
    done: str
    blocking: str
    failed: str
    cancelled: str
    running: str
    unawaited: str


FANCY = Pens("░", "█", "▓", "✗", "◇", "▶", "?")
PLAIN = Pens(".", "#", "B", "x", "/", ">", "?")


@dataclass(frozen=True)
class Row:
    """Spans that share a line and a label, drawn in one bar."""

    line: int | None
    label: str
    spans: tuple[Span, ...]

    @property
    def start(self) -> float:
        return min(span.start for span in self.spans)

    @property
    def total(self) -> float:
        return sum((span.end - span.start) * span.count for span in self.spans)

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


def explain(failure: Failure, spans: Sequence[Span] = (), width: int = 80) -> str:
    """The failure as plain pytest shows it."""
    where = f"{failure.file}:{failure.line}" if failure.line else failure.file
    lines = [
        headline(failure),
        *draw(spans, width, source_of(failure.file)),
        failure.why,
        f"Next: {failure.next}",
        f"{where}  [{failure.diagnosis}]",
    ]
    return "\n".join(lines)


def headline(failure: Failure) -> str:
    """The fact and its name: `took 1.5 s, expected 1.0 s: one after another`."""
    name = failure.diagnosis.replace("-", " ")
    if failure.expected.endswith(" s") and failure.actual.endswith(" s"):
        return f"took {failure.actual}, expected {failure.expected}: {name}"
    return f"expected {failure.expected}, got {failure.actual}: {name}"


def source_of(file: str) -> Callable[[int], str]:
    """A function that gives a line of `file`, stripped."""
    return lambda line: linecache.getline(file, line).strip()


def draw(
    spans: Sequence[Span],
    width: int,
    source: Callable[[int], str],
    *,
    fancy: bool = True,
    full: bool = False,
) -> list[str]:
    """The timeline as lines of at most `width` characters; nothing when no time passed.

    At most MOST_ROWS rows, those with a finding first, unless `full`.
    """
    end = max((span.end for span in spans), default=0.0)
    rows = _rows(spans)
    if not rows or end <= 0:
        return []
    shown = rows if full else _most_telling(rows)
    texts = [_text(row, source) for row in shown]
    room = max(20, width - LEAST_BAR - AXIS_MARGIN - 2)
    label_width = min(max(map(len, texts)), room)
    bar_width = min(MOST_BAR, width - label_width - 2 - AXIS_MARGIN)
    pens = FANCY if fancy else PLAIN
    lines = [
        f"{_cut(text, label_width, fancy):<{label_width}}  {_bar(row, end, bar_width, pens)}"
        for row, text in zip(shown, texts, strict=True)
    ]
    lines.append(" " * (label_width + 2) + _axis(end, bar_width))
    legend = _legend(shown, pens)
    if legend:
        lines.append(" " * (label_width + 2) + legend)
    if len(shown) < len(rows):
        lines.append(f"({len(rows) - len(shown)} more rows: --timeline full)")
    return [line[:width] for line in lines]


def _rows(spans: Sequence[Span]) -> list[Row]:
    """Spans of one line and one function share a row.

    Requests, and endpoints that no line of the answer called, are left out where lines tell.
    """
    told = any(span.line is not None for span in spans)
    groups: dict[tuple[int | None, str], list[Span]] = {}
    for span in spans:
        framing = span.kind == "request" or (span.kind == "coroutine" and span.line is None)
        if told and framing and (span.outcome == "done" or span.kind == "coroutine"):
            continue
        key = (span.line, span.name if span.line is None else span.lane)
        groups.setdefault(key, []).append(span)
    rows = [Row(line, _label(members), tuple(members)) for (line, _), members in groups.items()]
    return sorted(rows, key=lambda row: (row.start, not row.frames, row.line or 0))


def _label(spans: Sequence[Span]) -> str:
    labels = {span.label for span in spans}
    if len(labels) == 1:
        return spans[0].label
    return spans[0].label.partition("(")[0]


def _most_telling(rows: list[Row]) -> list[Row]:
    if len(rows) <= MOST_ROWS:
        return rows
    ranked = sorted(rows, key=lambda row: (row.frames, not row.is_odd, -row.total))[:MOST_ROWS]
    return [row for row in rows if row in ranked]


def _text(row: Row, source: Callable[[int], str]) -> str:
    code = source(row.line) if row.line is not None else ""
    number = f"{row.line:>3}" if row.line is not None else "   "
    text = f"{number}  {code or row.label}"
    if row.count > 1:
        text += f"  x{row.count}, {_peak(row.spans)} at once"
    return text


def _peak(spans: Iterable[Span]) -> int:
    changes = [change for s in spans for change in ((s.start, s.count), (s.end, -s.count))]
    most = now = 0
    for _, change in sorted(changes):
        now += change
        most = max(most, now)
    return most


def _cut(text: str, width: int, fancy: bool) -> str:
    if len(text) <= width:
        return text
    # The count behind the code matters more than the end of the code.
    head, mark, tail = text.rpartition("  x")
    dots = "…" if fancy else "..."
    if mark and len(tail) + 10 < width:
        keep = width - len(mark) - len(tail) - len(dots)
        return f"{head[:keep]}{dots}{mark}{tail}"
    return text[: width - len(dots)] + dots


def _bar(row: Row, end: float, width: int, pens: Pens) -> str:
    cells = [pens.empty] * width
    for span in sorted(row.spans, key=lambda span: span.blocking):
        first = min(width - 1, round(span.start / end * width))
        last = max(first + 1, round(span.end / end * width))
        pen = pens.blocking if span.blocking else pens.done
        if span.outcome == "unawaited":
            pen = pens.unawaited
        for cell in range(first, min(last, width)):
            cells[cell] = pen
        if span.outcome in ("failed", "cancelled", "running"):
            cells[min(last, width) - 1] = getattr(pens, span.outcome)
    return "".join(cells)


def _axis(end: float, width: int) -> str:
    """Round figures under the bars, as many as have room."""
    step = _round_step(end, max(1, width // 6))
    cells = [" "] * (width + AXIS_MARGIN)
    ticks = [step * index for index in range(int(end / step + 1e-9) + 1)]
    last_end = -1
    for tick in ticks:
        text = f"{tick:.10g}"
        text = text if "." in text else f"{text}.0"
        at = min(round(tick / end * width), width)
        at = max(0, min(at, width + AXIS_MARGIN - 2 - len(text)))
        if at <= last_end:
            continue
        cells[at : at + len(text)] = text
        last_end = at + len(text)
    return "".join(cells).rstrip() + " s"


def _round_step(end: float, most: int) -> float:
    raw = end / most
    power = 10.0 ** math.floor(math.log10(raw))
    for factor in (1, 2, 2.5, 5, 10):
        if power * factor >= raw - 1e-12:
            return power * factor
    return power * 10


def _legend(rows: Sequence[Row], pens: Pens) -> str:
    spans = [span for row in rows for span in row.spans]
    told = []
    if any(span.blocking for span in spans):
        told.append(f"{pens.blocking} blocks the loop")
    for outcome, text in (
        ("failed", "failed"),
        ("cancelled", "cancelled"),
        ("running", "still running"),
        ("unawaited", "never awaited"),
    ):
        if any(span.outcome == outcome for span in spans):
            told.append(f"{getattr(pens, outcome)} {text}")
    return "  ".join(told)
