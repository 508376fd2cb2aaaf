"""Verdicts as what the page draws: bars, what is in flight at each moment, ghosts below."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from grader.course import ghosts
from grader.model.report import ExerciseResult, TestResult
from grader.model.spans import Span
from grader.reports import reasons
from grader.reports.html import Drawing, drawing
from grader.reports.terminal import changed
from grader.reports.timeline import Row, Timeline, timeline
from grader.wording import seconds

STRETCH = 3.0
"""How many times as long as one's own program a ghost is drawn at most; the rest is cut off."""
GHOST_ROWS = 4
MAX_MOMENTS = 2_000
BEFORE = "your save before"
STEPS = 200
"""Places of the slider through time."""

Moment = tuple[float, int, int, int]
"""From then on so many calls are in flight, held up, and done."""


@dataclass(frozen=True)
class Strip:
    """One program in one test; `moments` is JSON."""

    drawing: Drawing
    moments: str
    name: str = ""
    took: str = ""


@dataclass(frozen=True)
class Picture:
    """One test's time: the learner's own program, and ghosts of others on the same scale."""

    own: Strip
    ghosts: list[Strip]
    end: float
    steps: int = STEPS


@dataclass(frozen=True)
class Look:
    """A test as the page shows it; `is_open` says that its picture is, without a click."""

    test: TestResult
    picture: Picture | None
    change: str
    is_open: bool = False


def looks(
    result: ExerciseResult,
    earlier: Mapping[str, TestResult],
    others: Mapping[str, ExerciseResult],
) -> list[Look]:
    """Each test that has been run; `earlier` has what became of it at the save before.

    Open is the first that failed, else the first with a picture.
    """
    found = []
    for test in result.tests:
        if reasons.waits(test):
            continue
        before = earlier.get(test.id)
        rivals = {
            ghosts.KINDS[kind]: each
            for kind, other in others.items()
            for each in other.tests
            if each.id == test.id
        }
        change = changed(before, test) if before is not None else ""
        if before is not None and change:
            rivals = {BEFORE: before, **rivals}
        file = test.failure.file if test.failure is not None else result.file
        found.append(Look(test, picture(test, file, rivals), change))
    failed = (index for index, look in enumerate(found) if look.test.status == "failed")
    drawn = (index for index, look in enumerate(found) if look.picture is not None)
    first = next(failed, next(drawn, None))
    return [replace(look, is_open=index == first) for index, look in enumerate(found)]


def picture(test: TestResult, file: str, rivals: Mapping[str, TestResult]) -> Picture | None:
    """What to draw of a test; None where no time passed. `rivals` are drawn below, by name."""
    own = timeline(test.timeline, goal=test.goal)
    whole = timeline(test.timeline, full=True)
    if own is None or whole is None:
        return None
    found = {name: shown for name, rival in rivals.items() if (shown := _ghost(rival.timeline))}
    longest = max((ghost.end for ghost in found.values()), default=0.0)
    end = max(own.end, min(longest, own.end * STRETCH))
    below = [
        Strip(_without_lines(drawing(ghost, "", end)), _told(ghost), name, seconds(ghost.end))
        for name, ghost in found.items()
    ]
    return Picture(Strip(drawing(own, file, end), _told(whole)), below, end)


def _ghost(spans: list[Span]) -> Timeline | None:
    shown = timeline(spans)
    return None if shown is None else replace(shown, rows=shown.rows[:GHOST_ROWS])


def _without_lines(drawn: Drawing) -> Drawing:
    """Of another program its calls are shown, and no line: that would be the task's answer."""
    return replace(drawn, bars=[replace(bar, line=None) for bar in drawn.bars])


def moments(shown: Timeline) -> list[Moment]:
    """What is in flight, held up and done, from each moment on at which that changes."""
    rows = [row for row in shown.rows if not _frames(row)] or shown.rows
    changes: dict[float, list[int]] = defaultdict(lambda: [0, 0, 0])

    def change(at: float, flight: int, held: int, done: int) -> None:
        entry = changes[round(at, 6)]
        for index, more in enumerate((flight, held, done)):
            entry[index] += more

    for row in rows:
        for span in row.spans:
            many = span.count
            for start, end in span.turns():
                change(start, many, 0, 0)
                change(end, -many, 0, many)
                for first, last in _held(span, start, end, row.busy):
                    change(first, -many, many, 0)
                    change(last, many, -many, 0)
    told: list[Moment] = []
    flight = held = done = 0
    for at in sorted(changes):
        more = changes[at]
        flight, held, done = flight + more[0], held + more[1], done + more[2]
        told.append((at, flight, held, done))
    return told[:: len(told) // MAX_MOMENTS + 1]


def _frames(row: Row) -> bool:
    """Does it only hold what lasts as long as the calls in it, which are counted themselves."""
    return all(span.kind in ("request", "coroutine") for span in row.spans)


def _held(
    span: Span, start: float, end: float, busy: Iterable[tuple[float, float]]
) -> list[tuple[float, float]]:
    """When something that blocked the loop held this stretch up."""
    if span.blocking or span.lane != "loop":
        return []
    return [(max(a, start), min(b, end)) for a, b in busy if a < end and b > start]


def _told(shown: Timeline) -> str:
    return json.dumps(moments(shown))
