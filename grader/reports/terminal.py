"""The report for a person at a terminal, drawn with rich."""

import re
import textwrap
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.style import Style
from rich.text import Text

from grader.diagnosis.ids import is_drawn
from grader.model.report import ExerciseResult, Report, TestResult
from grader.reports import formats, harmless, reasons
from grader.reports.picture import draw, headline, source_of
from grader.wording import count

SIGNS = {
    "passed": ("✓", "+", "green"),
    "failed": ("✗", "x", "red"),
    "not_started": ("·", ".", "bright_black"),
    "missing": ("?", "?", "yellow"),
    "broken": ("!", "!", "yellow"),
    "crashed": ("!", "!", "red"),
    "timed_out": ("!", "!", "red"),
    "refused": ("!", "!", "red"),
    "skipped": ("-", "-", "bright_black"),
}
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
        console.print(Text(f" {chapter}", style="bright_black"))


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
        line.append(state, style="bright_black")
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
        (empty * (width - filled), "bright_black"),
        f"  {passed} of {count(exercises, 'exercise')} passed, {points} of {count(most, 'point')}",
    )


def notes(exercise: ExerciseResult, console: Console, *, named: bool = False) -> None:
    """What passes and is not well, a quiet paragraph each."""
    for note in exercise.notes:
        name = f"{exercise.id}: " if named else ""
        say(console, f"A note, no points: {name}{note}", style="bright_black")


def attempts(exercises: Sequence[ExerciseResult], console: Console) -> None:
    """One short line per exercise whose answer tried what no answer needs."""
    for exercise in exercises:
        if exercise.flags:
            more = len(exercise.flags) - 1
            rest = f" (and {more} more)" if more else ""
            say(console, f"flagged: {exercise.id}: {exercise.flags[0]}{rest}", style="yellow")


def link(path: str, line: int | None = None) -> Text:
    """A path that a terminal which knows how lets you click."""
    shown = harmless.line(f"{path}:{line}" if line else path)
    return Text(shown, style=Style(link=Path(path).absolute().as_uri()))


def explain(
    exercise: ExerciseResult, console: Console, *, full: bool = False, watching: bool = False
) -> None:
    """One exercise that is not passed: its first failure and the next step.

    `watching` puts the failure first, for a screen that is short, and leaves out what the
    frame around it tells.
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
        _failure(failed, console, full=full, watching=watching)
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
        say(console, reasons.NOT_RUN, sign(console, "skipped"), style="bright_black")
    if (more := len(exercise.tests) - len(told)) > 0:
        text = f"{count(more, 'more check')}, when these pass: {reasons.ASKED_AGAIN}"
        say(console, text, sign(console, "skipped"), style="bright_black")


def _failure(test: TestResult, console: Console, *, full: bool, watching: bool) -> None:
    failure = test.failure
    assert failure is not None
    say(console, test.title, style="bold")
    say(console, headline(failure), style="red")
    if full or is_drawn(failure.diagnosis, any(span.line for span in test.timeline)):
        more = "t shows them" if watching else MORE
        _timeline(test, failure.file, console, full=full, more=more)
    say(console, failure.why)
    say(console, f"Next: {failure.next}")
    if not watching:
        where = link(failure.file, failure.line)
        where.stylize("bright_black")
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
        line = Text.assemble(MARGIN, (bar, "bright_black"), row)
        line.rstrip()
        console.print(line, no_wrap=True, overflow="crop")
    if left_out := len(rows) - len(shown):
        say(console, f"({count(left_out, 'more row')}: {MORE} shows them)", style="bright_black")


def passed_test(
    exercise: ExerciseResult, test: TestResult, console: Console, *, full: bool
) -> None:
    """A passed test and what it did with time."""
    console.print()
    say(console, test.title, sign(console, "passed"))
    _timeline(test, exercise.file, console, full=full)


def _timeline(
    test: TestResult, file: str, console: Console, *, full: bool, more: str = MORE
) -> None:
    width = min(console.width, MAX_WIDTH) - 2 * len(MARGIN)
    fancy = can_draw(console)
    lines = draw(test.timeline, width, source_of(file), fancy=fancy, full=full, more=more)
    if not lines:
        return
    console.print()
    for line in lines:
        console.print(Text(f"{MARGIN}{line}"), no_wrap=True, overflow="crop")
    console.print()


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
