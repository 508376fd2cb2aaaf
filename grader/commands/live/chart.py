"""How long visitors wait, as lines of one picture: visitors to the right, seconds upward.

Both scales are logarithmic, for one program takes a second where another takes an hour.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader.model.events import Served
from grader.reports.picture import figure
from grader.wording import count, seconds

HEIGHT = 260
"""Pixels between the lowest line of the grid and the highest."""
ABOVE = 14
"""Pixels above it, for half a line of text."""
LINE_HEIGHT = 17
"""Pixels between two labels at least."""


@dataclass(frozen=True)
class Line:
    """A program's way through the picture: `x` in percent, `y` in pixels."""

    kind: str
    name: str
    points: list[tuple[float, float]]
    last: str
    label_y: float

    @property
    def path(self) -> str:
        return " ".join(f"{x:.4g},{y:.5g}" for x, y in self.points)


@dataclass(frozen=True)
class Chart:
    """`across` and `up` are the figures of both axes with their places."""

    lines: list[Line]
    across: list[tuple[float, str]]
    up: list[tuple[float, str]]
    heads: list[str]
    most: str
    rows: list[tuple[str, list[str]]]
    """The same as a table: visitors, then what each of `heads` took."""
    height: int = HEIGHT + 2 * ABOVE
    bottom: int = HEIGHT + ABOVE


def chart(programs: Mapping[str, tuple[str, Sequence[Served]]]) -> Chart | None:
    """What to draw of each kind of program, with its name; None where nobody had an answer."""
    told = {kind: served for kind, (_, served) in programs.items() if served}
    times = [s.seconds for served in told.values() for s in served if s.seconds]
    visitors = sorted({s.visitors for served in told.values() for s in served})
    if not visitors:
        return None
    low = math.floor(math.log10(min(times, default=1.0)))
    high = max(low + 1, math.ceil(math.log10(max(times, default=1.0)) - 1e-9))
    most = max(2, visitors[-1])

    def x(number: int) -> float:
        return math.log(number) / math.log(most) * 100

    def y(value: float) -> float:
        share = (math.log10(max(value, 10.0**low)) - low) / (high - low)
        return ABOVE + HEIGHT * (1 - share)

    lines = []
    for kind, served in told.items():
        points = [(x(s.visitors), y(s.seconds)) for s in served if s.seconds is not None]
        if points:
            last = _took(served[-1])
            if served[-1].visitors < most:
                last += f" for {served[-1].visitors:,}"
            lines.append(Line(kind, programs[kind][0], points, last, points[-1][1]))
    return Chart(
        _apart(lines),
        [(x(number), f"{number:,}") for number in _few(visitors)],
        [(y(10.0**power), f"{figure(10.0**power)} s") for power in range(low, high + 1)],
        [programs[kind][0] for kind in told],
        f"{visitors[-1]:,}",
        [(f"{number:,}", [_cell(told[kind], number) for kind in told]) for number in visitors],
    )


def _apart(lines: list[Line]) -> list[Line]:
    """The same lines, with labels that do not cover one another."""
    places: dict[str, float] = {}
    free = float(HEIGHT + ABOVE)
    for line in sorted(lines, key=lambda line: -line.label_y):
        places[line.kind] = min(line.label_y, free)
        free = places[line.kind] - LINE_HEIGHT
    return [replace(line, label_y=places[line.kind]) for line in lines]


def _few(visitors: list[int]) -> list[int]:
    """Figures that have room under the picture: the first, the last, and powers of ten."""
    first, last = visitors[0], visitors[-1]
    between = [each for each in (10, 100) if first < each < last / 3]
    return [first, *between, *([last] if last > first else [])]


def _took(served: Served) -> str:
    return "never" if served.seconds is None else seconds(served.seconds)


def _cell(told: Sequence[Served], number: int) -> str:
    served = next((each for each in told if each.visitors == number), None)
    if served is None:
        return "not in time"
    return f"{_took(served)}, {count(served.errors, 'error')}" if served.errors else _took(served)
