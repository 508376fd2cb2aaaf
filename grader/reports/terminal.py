"""The report for a person at a terminal, drawn with rich."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.model import ExerciseResult, Report, TestResult
from grader.picture import draw
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
BAR_WIDTH = 30


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
    board(report.exercises, console)
    unfinished = next((e for e in report.exercises if e.status != "passed"), None)
    if passed:
        for exercise in report.exercises:
            for test in exercise.tests:
                if test.status == "passed":
                    _passed_test(exercise, test, console, full=full)
    if unfinished is not None:
        console.print()
        explain(unfinished, console, full=full)
    elif report.exercises:
        console.print()
        console.print(f"All passed: {report.points} of {report.max_points} points.", style="green")


def board(exercises: Sequence[ExerciseResult], console: Console) -> None:
    """One line per exercise, then how far the course has come."""
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True, overflow="ellipsis")
    for exercise in exercises:
        state = "" if exercise.status in ("passed", "failed") else exercise.status.replace("_", " ")
        table.add_row(
            sign(console, exercise.status),
            f"{exercise.number:02}",
            exercise.id,
            f"{exercise.points}/{exercise.max_points}",
            Text.assemble(exercise.title, (f"  {state}" if state else "", "bright_black")),
        )
    console.print(table)
    passed = sum(exercise.status == "passed" for exercise in exercises)
    points = sum(exercise.points for exercise in exercises)
    most = sum(exercise.max_points for exercise in exercises)
    filled = round(BAR_WIDTH * points / most) if most else 0
    full, empty = ("█", "░") if can_draw(console) else ("#", "-")
    console.print()
    console.print(
        Text.assemble(
            (full * filled, "green"),
            (empty * (BAR_WIDTH - filled), "bright_black"),
            f"  {passed} of {count(len(exercises), 'exercise')} passed, "
            f"{points} of {count(most, 'point')}",
        )
    )


def explain(exercise: ExerciseResult, console: Console, *, full: bool = False) -> None:
    """One exercise that is not passed: its first failure and the next step."""
    console.print(
        Text.assemble((f"{exercise.number:02} {exercise.id}", "bold"), f"  {exercise.title}")
    )
    lesson = f"exercises/{exercise.number:02}_{exercise.id}/README.md"
    if exercise.status == "not_started":
        console.print(f"  {escape(exercise.problem or 'not started')}")
        console.print(f"  Next: read {lesson}, then edit {escape(exercise.file)}")
        return
    if exercise.problem is not None:
        console.print(Text(f"  {exercise.problem}"))
        console.print(f"  Next: edit {escape(exercise.file)}, then grader run {exercise.id}")
        if exercise.points == 0:
            return
    for test in exercise.tests:
        console.print(Text.assemble("  ", sign(console, test.status), f" {test.title}"))
    failed = next((t for t in exercise.tests if t.status == "failed" and t.failure), None)
    if failed is not None:
        console.print()
        _failure(failed, console, full=full)


def _failure(test: TestResult, console: Console, *, full: bool) -> None:
    failure = test.failure
    assert failure is not None
    where = f"{failure.file}:{failure.line}" if failure.line else failure.file
    console.print(Padding(Text(test.title, style="bold"), (0, 0, 0, 2)))
    console.print(
        Padding(
            Text(f"expected {failure.expected}, got {failure.actual}", style="red"), (0, 0, 0, 2)
        )
    )
    console.print(Padding(Text(failure.why), (0, 0, 0, 2)))
    for line in draw(test.timeline, console.width - 4, failure.file, can_draw(console), full=full):
        console.print(Text(f"    {line}"), no_wrap=True, overflow="crop")
    console.print(Padding(Text(f"Next: {failure.next}"), (0, 0, 0, 2)))
    console.print(
        Padding(Text(f"{where}  [{failure.diagnosis}]", style="bright_black"), (0, 0, 0, 2))
    )


def _passed_test(
    exercise: ExerciseResult, test: TestResult, console: Console, *, full: bool
) -> None:
    console.print()
    console.print(Text.assemble(("  ", ""), sign(console, "passed"), f" {test.title}"))
    for line in draw(test.timeline, console.width - 4, exercise.file, can_draw(console), full=full):
        console.print(Text(f"    {line}"), no_wrap=True, overflow="crop")
