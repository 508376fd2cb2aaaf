"""The report for a person at a terminal, drawn with rich."""

import re
import textwrap
from collections.abc import Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.style import Style
from rich.text import Text

from grader.diagnosis.ids import is_drawn
from grader.model.report import ExerciseResult, Report, TestResult
from grader.reports import formats, harmless, reasons
from grader.reports.picture import FANCY, GOALS, draw, headline, source_of, two_orders
from grader.reports.timeline import Pen
from grader.wording import count, seconds

SIGNS = {
    "passed": ("✓", "+", "green"),
    "failed": ("✗", "x", "red"),
    "not_started": ("·", ".", "dim"),
    "missing": ("?", "?", "magenta"),
    "broken": ("!", "!", "magenta"),
    "crashed": ("!", "!", "red"),
    "timed_out": ("!", "!", "red"),
    "refused": ("!", "!", "red"),
    "skipped": ("-", "-", "dim"),
}
PAINT: dict[Pen | None, str] = {
    None: "dim",
    "done": "blue",
    "shortest": "bold",
    "blocking": "red",
    "failed": "bold red",
    "cancelled": "magenta",
    "running": "magenta",
    "unawaited": "bold red",
}
"""The colours of a picture's strokes, which differ without them as well."""
STROKES = {FANCY[pen]: style for pen, style in PAINT.items()} | {GOALS[True]: "bold"}
"""By the character that is drawn, in a terminal that draws: no word below the bars has one."""
SAID = ("passed", "failed", "not_started")
"""What the board leaves to the sign; the others are rare, and in words as well."""
BAR_WIDTH = 30
FIGURE = re.compile(r"(?<=\d) (?=s\b)")
"""The blank of `1.5 s`, at which no line breaks."""
MARGIN = "  "
MORE = "--timeline full"
MAX_PRINTED = 20
"""Rows of what an answer printed, unless all is asked for."""
MAX_WIDTH = 120
"""Columns that are used at most: longer lines are hard to read."""


def can_draw(console: Console) -> bool:
    """Does the terminal know more than ASCII."""
    return console.encoding.lower().replace("-", "").startswith("utf")


def sign(console: Console, status: str) -> Text:
    fancy, plain, style = SIGNS[status]
    return Text(fancy if can_draw(console) else plain, style=style)


def render(report: Report, console: Console, *, full: bool = False, passed: bool = False) -> None:
    """The board, then the first exercise that is not passed, or a closing line.

    `full` draws every row of a timeline, `passed` draws those of passed tests too.
    """
    draw = partial(_render, console=console, full=full, passed=passed)
    try:
        draw(report)
    except Exception:
        with console.capture():
            report = formats.what_can_be_shown(draw, report)
        draw(report)


def _render(report: Report, console: Console, *, full: bool, passed: bool) -> None:
    board(report.exercises, console)
    attempts(report.exercises, console)
    unfinished = next((e for e in report.exercises if e.status != "passed"), None)
    if passed:
        for exercise in report.exercises:
            for test in exercise.tests:
                if test.status == "passed":
                    passed_test(exercise, test, console, full=full)
    if unfinished is not None:
        console.print()
        explain(unfinished, console, full=full)
    elif report.exercises:
        console.print()
        for exercise in report.exercises:
            notes(exercise, console, named=len(report.exercises) > 1)
        if any(exercise.notes for exercise in report.exercises):
            console.print()
        if len(report.exercises) == 1 and prints(report.exercises[0], console, full=full):
            console.print()
        console.print(f"All passed: {report.points} of {report.max_points} points.", style="green")


def cut(text: str, width: int, console: Console) -> str:
    """The text in at most `width` columns, with dots for what had to go."""
    if len(text) <= width:
        return text
    dots = "…" if can_draw(console) else "..."
    return f"{text[: width - len(dots)].rstrip()}{dots}" if width > len(dots) else ""


def heading(level: str, chapter: str, above: tuple[str, str], console: Console) -> None:
    """The line over a chapter, unless it stands `above` already; over the first one, the level's.

    Example: `heading("advanced", "Database", ("beginner", "Under load"), console)`.
    """
    if level != above[0]:
        if above[0]:
            console.print()
        console.print(level.capitalize(), style="bold")
    if (level, chapter) != above:
        console.print(Text(f" {chapter}", style="dim"))


def board(exercises: Sequence[ExerciseResult], console: Console) -> None:
    """One line per exercise, then how far the course has come."""
    id_width = max((len(exercise.id) for exercise in exercises), default=0)
    scores = [f"{exercise.points}/{exercise.max_points}" for exercise in exercises]
    score_width = max(map(len, scores), default=0)
    grouped = len({exercise.chapter for exercise in exercises}) > 1
    above = ("", "")
    for exercise, score in zip(exercises, scores, strict=True):
        if grouped:
            heading(exercise.level, exercise.chapter, above, console)
            above = exercise.level, exercise.chapter
        line = Text.assemble(sign(console, exercise.status))
        line.append(f" {exercise.number:02}  {exercise.id:<{id_width}}  {score:>{score_width}}  ")
        state = "" if exercise.status in SAID else f"  {reasons.state(exercise)}"
        room = console.width - line.cell_len
        line.append(cut(exercise.title, room - len(state), console))
        line.append(state, style="dim")
        line.rstrip()
        console.print(line, no_wrap=True, overflow="ignore")
    passed = sum(exercise.status == "passed" for exercise in exercises)
    points = sum(exercise.points for exercise in exercises)
    most = sum(exercise.max_points for exercise in exercises)
    console.print()
    console.print(progress(console, passed, len(exercises), points, most))


def progress(
    console: Console, passed: int, exercises: int, points: int, most: int, width: int = BAR_WIDTH
) -> Text:
    """The bar, and how many exercises and points that are."""
    filled = round(width * points / most) if most else 0
    full, empty = ("█", "░") if can_draw(console) else ("#", "-")
    return Text.assemble(
        (full * filled, "green"),
        (empty * (width - filled), "dim"),
        f"  {passed} of {count(exercises, 'exercise')} passed, {points} of {count(most, 'point')}",
    )


def notes(exercise: ExerciseResult, console: Console, *, named: bool = False) -> None:
    """What passes and is not well, a quiet paragraph each."""
    for note in exercise.notes:
        name = f"{exercise.id}: " if named else ""
        say(console, f"A note, no points: {name}{note}", style="dim")


def attempts(exercises: Sequence[ExerciseResult], console: Console) -> None:
    """One short line per exercise whose answer tried what no answer needs."""
    for exercise in exercises:
        if exercise.flags:
            more = len(exercise.flags) - 1
            rest = f" (and {more} more)" if more else ""
            say(console, f"flagged: {exercise.id}: {exercise.flags[0]}{rest}", style="magenta")


def link(path: str, line: int | None = None) -> Text:
    """A path that a terminal which knows how lets you click."""
    shown = harmless.line(f"{path}:{line}" if line else path)
    return Text(shown, style=Style(link=Path(path).absolute().as_uri()))


def explain(
    exercise: ExerciseResult,
    console: Console,
    *,
    full: bool = False,
    watching: bool = False,
    before: ExerciseResult | None = None,
) -> None:
    """One exercise that is not passed: its first failure and the next step.

    `watching` puts the failure first, for a screen that is short, and leaves out what the
    frame around it tells. `before` is the verdict on the save before.
    """
    heading = Text.assemble((f"{exercise.number:02} {exercise.id}", "bold"))
    heading.append(f"  {exercise.title}")
    console.print(heading)
    if exercise.problem is not None:
        say(console, exercise.problem)
        say(console, f"Next: {reasons.next_step(exercise, watching=watching)}")
        printed(exercise.printed, console, full=full)
        if exercise.points == 0:
            return
    failed = next((t for t in exercise.tests if t.status == "failed" and t.failure), None)
    if not watching:
        tests(exercise, console)
    if failed is not None:
        console.print()
        _failure(failed, console, full=full, watching=watching, before=_same(before, failed))
    if watching:
        console.print()
        tests(exercise, console)


def tests(exercise: ExerciseResult, console: Console) -> None:
    """One line per test: its sign and its sentence; then why some were skipped.

    Circumstances that wait for the tests are one line together.
    """
    told = [test for test in exercise.tests if not reasons.waits(test)]
    for test in told:
        say(console, test.title, sign(console, test.status))
    if any(test.status == "skipped" for test in told):
        say(console, reasons.NOT_RUN, sign(console, "skipped"), style="dim")
    if (more := len(exercise.tests) - len(told)) > 0:
        text = f"{count(more, 'more check')}, when these pass: {reasons.ASKED_AGAIN}"
        say(console, text, sign(console, "skipped"), style="dim")


def _same(before: ExerciseResult | None, test: TestResult) -> TestResult | None:
    """What became of that test at the save before."""
    tests = before.tests if before is not None else []
    return next((earlier for earlier in tests if earlier.id == test.id), None)


def _failure(
    test: TestResult,
    console: Console,
    *,
    full: bool,
    watching: bool,
    before: TestResult | None = None,
) -> None:
    failure = test.failure
    assert failure is not None
    say(console, test.title, style="bold")
    say(console, headline(failure), style="red")
    if full or is_drawn(failure.diagnosis, any(span.line for span in test.timeline)):
        more = "t shows them" if watching else MORE
        _timeline(test, failure.file, console, full=full, more=more, before=before)
    if test.orders is not None:
        console.print()
        for row in two_orders(test.orders, min(console.width, MAX_WIDTH) - 2 * len(MARGIN)):
            console.print(Text(MARGIN + row), no_wrap=True, overflow="crop")
        console.print()
    say(console, failure.why)
    say(console, f"Next: {failure.next}")
    if not watching:
        where = link(failure.file, failure.line)
        where.stylize("dim")
        # In one piece: a terminal makes a link of a path that is whole.
        console.print(Text(MARGIN) + where, soft_wrap=True)
    printed(test.printed, console, full=full)


def printed(text: str, console: Console, *, full: bool) -> None:
    """What the answer printed, each row behind a bar: it is not the grader who says it."""
    if not text.strip():
        return
    bar = "│ " if can_draw(console) else "| "
    width = max(20, min(console.width, MAX_WIDTH) - len(MARGIN) - len(bar))
    rows = [
        line[start : start + width]
        for line in harmless.plain(text).rstrip("\n").splitlines()
        for start in range(0, len(line) or 1, width)
    ]
    console.print()
    say(console, "Your code printed:")
    shown = rows if full else rows[:MAX_PRINTED]
    for row in shown:
        line = Text.assemble(MARGIN, (bar, "dim"), row)
        line.rstrip()
        console.print(line, no_wrap=True, overflow="crop")
    if left_out := len(rows) - len(shown):
        say(console, f"({count(left_out, 'more row')}: {MORE} shows them)", style="dim")


def passed_test(
    exercise: ExerciseResult,
    test: TestResult,
    console: Console,
    *,
    full: bool,
    before: TestResult | None = None,
) -> None:
    """A passed test and what it did with time; `before` is what became of it one save before."""
    console.print()
    say(console, test.title, sign(console, "passed"))
    _timeline(test, exercise.file, console, full=full, before=before)


def mended(exercise: ExerciseResult, before: ExerciseResult | None, console: Console) -> None:
    """The first test that failed at the save before and passes now, drawn over what it was."""
    for test in exercise.tests:
        earlier = _same(before, test)
        if earlier is not None and earlier.status == "failed" and test.status == "passed":
            passed_test(exercise, test, console, full=False, before=earlier)
            return


def prints(exercise: ExerciseResult, console: Console, *, full: bool) -> bool:
    """What a passed answer printed in the first test in which it did; whether it did."""
    text = next((test.printed for test in exercise.tests if test.printed.strip()), "")
    printed(text, console, full=full)
    return bool(text)


def _timeline(
    test: TestResult,
    file: str,
    console: Console,
    *,
    full: bool,
    more: str = MORE,
    before: TestResult | None = None,
) -> None:
    width = min(console.width, MAX_WIDTH) - 2 * len(MARGIN)
    fancy = can_draw(console)
    if before is not None and not any(span.end for span in before.timeline):
        before = None  # a stub, or what failed at once
    known = before.timeline if before is not None and _differ(before, test) else ()
    lines = draw(
        *(test.timeline, width, source_of(file)),
        fancy=fancy,
        full=full,
        more=more,
        goal=test.goal,
        before=known,
    )
    if not lines:
        return
    console.print()
    for line in lines:
        text = Text(MARGIN + line.head)
        for stroke, same in groupby(line.bars):
            style = "dim" if line.is_ghost else STROKES.get(stroke, "")
            text.append("".join(same), style)
        console.print(text, no_wrap=True, overflow="crop")
    console.print()
    if before is not None and (change := changed(before, test)):
        say(console, change)


def changed(before: TestResult, test: TestResult) -> str:
    """`was 1.5 s, is 1.0 s`, when a test takes another time than at the save before."""
    if before.seconds is None or test.seconds is None or before.seconds == test.seconds:
        return ""
    return f"It was {seconds(before.seconds)}, and is {seconds(test.seconds)}."


def _differ(before: TestResult, test: TestResult) -> bool:
    """Whether the picture is another one; lines move without that."""
    then, now = (
        [(span.name, span.start, span.end, span.outcome) for span in each.timeline]
        for each in (before, test)
    )
    return sorted(then) != sorted(now)


def say(console: Console, text: str, mark: Text | None = None, style: str = "") -> None:
    """A paragraph with a margin, wrapped to the terminal, without trailing spaces."""
    margin = f"{MARGIN}{mark.plain} " if mark is not None else MARGIN
    first = True
    for paragraph in harmless.plain(text).splitlines():
        width = max(20, min(console.width, MAX_WIDTH) - len(margin))
        kept = paragraph[:width] if paragraph.startswith("    ") else None
        joined = FIGURE.sub("\u00a0", paragraph)
        wrapped = textwrap.wrap(joined, width, break_on_hyphens=False)
        for line in [kept] if kept is not None else wrapped or [""]:
            head = Text(MARGIN) + mark + " " if mark is not None and first else " " * len(margin)
            line = line.replace("\u00a0", " ")
            console.print(Text.assemble(head, (line, style)), no_wrap=True, overflow="ignore")
            first = False
