"""What watch shows: pages of text, drawn with rich, cut to the terminal's lines."""

import io
import linecache
import sys
from collections.abc import Callable
from itertools import groupby

from rich.console import Console
from rich.style import Style
from rich.text import Text

from grader import diagnosis
from grader.commands import lesson, solution
from grader.commands.watch.state import ON_TOP, Page, State
from grader.course.exercises import Exercise
from grader.course.folders import shown_path
from grader.model.report import ExerciseResult
from grader.reports import reasons
from grader.reports.terminal import (
    MARGIN,
    explain,
    link,
    mended,
    notes,
    passed_test,
    prints,
    progress,
    say,
    sign,
    tests,
)
from grader.wording import count

AFTERWARDS = "exercises/afterwards.md"
"""The course's closing page."""
KEYS = (
    ("n", "next", "go on, once this exercise has passed"),
    ("r", "read", "the lesson; at its task when your file is no stub any more"),
    ("w", "why", "the page behind what the verdict says"),
    ("h", "hint", "one more hint each time, up to three"),
    ("t", "timeline", "every row of the timeline, also of what has passed; again for less"),
    ("l", "list", "all exercises; choose one to jump to, / finds it by its name"),
    ("e", "edit", "open the file in $VISUAL or $EDITOR"),
    ("s", "solution", "the solution and other right shapes; asks before you have passed"),
    ("x", "reset", "bring the original stub back; asks, and keeps your file"),
    ("a", "all", "grade everything once more"),
    ("?", "help", "this page"),
    ("q", "quit", "leave; nothing is lost, your files are the progress"),
)


BAR_WIDTH = 20


def frame(state: State, width: int, height: int, like: Console) -> list[str]:
    """The screen's lines: a page, scrolled as far as there is something, and the foot."""
    foot = lines(lambda console: _foot(state, console), width, like)[-max(1, height - 1) :]
    room = max(1, height - len(foot))
    body = lines(lambda console: BODIES[state.page](state, console), width, like)
    if len(body) > room:
        state.scroll = max(0, min(state.scroll, len(body) - room + 1))
        below = len(body) - state.scroll - (room - 1)
        told = f"{count(below, 'more line')}: space" if below else "the end: page up"
        last = lines(lambda console: say(console, told, style="reverse"), width, like)[:1]
        body = [*body[state.scroll : state.scroll + room - 1], *last]
    else:
        state.scroll = 0
    return [*body, *[""] * (room - len(body)), *foot]


def lines(paint: Callable[[Console], None], width: int, like: Console) -> list[str]:
    """What `paint` prints, in the colours and the encoding of the console `like`."""
    encoding = like.encoding
    file = io.TextIOWrapper(io.BytesIO(), encoding, "replace", newline="\n", write_through=True)
    console = Console(
        file=file,
        width=width,
        height=100,
        force_terminal=True,
        color_system=like.color_system or None,  # type: ignore[arg-type]  # its own names
        no_color=like.no_color,
        highlight=False,
        legacy_windows=False,
    )
    paint(console)
    assert isinstance(file.buffer, io.BytesIO)
    return file.buffer.getvalue().decode(encoding).split("\n")[:-1]


def terminal() -> Console:
    """The console whose colours and encoding the pages take over."""
    return Console(file=sys.stdout, highlight=False)


# -- the foot ----------------------------------------------------------------


def _foot(state: State, console: Console) -> None:
    if state.note:
        say(console, state.note, style="magenta")
    if state.page is Page.list and state.sought is not None:
        say(console, f"Find: {state.sought}", style="bold")
    if state.current is not None and state.page not in (Page.list, Page.help):
        path = link(_shown(state), state.line)
        path.stylize("dim")
        console.print(Text(MARGIN) + path, no_wrap=True, overflow="crop")
    exercises = state.course.exercises
    points = sum(result.points for result in state.results.values())
    most = sum(test.points for exercise in exercises for test in exercise.tests)
    passed = sum(state.has_passed(exercise) for exercise in exercises)
    bar = progress(console, passed, len(exercises), points, most, BAR_WIDTH)
    if state.grading or state.grading_all:
        bar.append("  grading", style="dim")
    console.print(Text(MARGIN) + bar, no_wrap=True, overflow="crop")
    for line in _keys(state, console.width - len(MARGIN)).split("\n"):
        console.print(Text(MARGIN) + line, no_wrap=True, overflow="crop")


def _shown(state: State) -> str:
    if state.result is not None and state.result.file:
        return state.result.file
    assert state.current is not None
    return shown_path(state.current.stub)


def _keys(state: State, width: int) -> Text:
    shown: list[tuple[str, str]]
    if state.page is Page.list and state.sought is not None:
        shown = [("↑ ↓", "move"), ("enter", "jump"), ("escape", "all")]
    elif state.page is Page.list:
        shown = [("↑ ↓", "or a number"), ("/", "find"), ("enter", "jump"), ("l", "back")]
        shown.append(("q", "quit"))
    elif state.page in (Page.ask_solution, Page.ask_reset):
        shown = [("y", "yes"), ("n", "no")]
    elif state.page in ON_TOP:
        shown = [("enter", "back"), ("q", "quit")]
    elif state.page is Page.end:
        shown = [(key, word) for key, word, _ in KEYS if key in "la?q"]
    else:
        # Before passing there is no next, after it hints are seldom wanted.
        without = "hw" if _is_passed(state) else "n" if state.diagnosis is not None else "nw"
        shown = [(key, word) for key, word, _ in KEYS if key not in without]
    text, room = Text(), width
    for key, word in shown:
        piece = Text.assemble((key, "bold cyan"), f" {word}")
        if text and room < piece.cell_len:
            text.append("\n")
            room = width
        text.append(piece).append("  ")
        room -= piece.cell_len + 2
    return text


def _is_passed(state: State) -> bool:
    return state.result is not None and state.result.status == "passed"


# -- the pages ---------------------------------------------------------------


def _verdict(state: State, console: Console) -> None:
    result, exercise = state.result, state.current
    if exercise is None:
        done = f"{len(state.results)} of {count(len(state.course.exercises), 'exercise')}"
        say(console, f"Grading what is there: {done}. The first unfinished one opens.")
        return
    linecache.clearcache()  # the lines are drawn as they are now
    if state.so_far is not None:
        _so_far(exercise, state.so_far, console)
    elif result is None:
        _heading(exercise, console)
        say(console, "grading", style="dim")
    elif result.status == "not_started":
        _unbegun(exercise, result, console)
    elif result.status == "passed":
        _passed(state, exercise, result, console)
    else:
        try:
            explain(result, console, full=state.full, watching=True, before=state.before)
        except Exception as error:  # an answer made what is shown; it must not end the watch
            say(console, f"This verdict cannot be shown ({type(error).__name__}): report that.")
    asked = state.hints.get(exercise.slug, 0)
    for number, hint in enumerate(exercise.settings.hints[:asked], 1):
        console.print()
        say(console, f"Hint {number}: {hint}", style="blue")


def _heading(exercise: Exercise, console: Console) -> None:
    heading = Text.assemble((f"{exercise.number:02} {exercise.slug}", "bold"))
    console.print(heading.append(f"  {exercise.settings.title}"))


def _passed(state: State, exercise: Exercise, result: ExerciseResult, console: Console) -> None:
    _heading(exercise, console)
    console.print()
    points = f"{result.points} of {count(result.max_points, 'point')}"
    say(console, f"Passed: {points}.", style="green")
    say(console, f"Learnt: {exercise.settings.teaches}")
    following = state.following
    if following is None:
        say(console, "That was the last one. n grades everything once more, and closes the course.")
    else:
        say(console, f"Next: n goes on to {following.number:02} {following.slug}.")
    say(console, "s shows the solution and other right shapes.")
    console.print()
    notes(result, console)
    if state.full:
        for test in result.tests:
            passed_test(result, test, console, full=True)
        return
    mended(result, state.before, console)
    prints(result, console, full=False)
    tests(result, console)
    console.print()
    console.file.write(lesson.draw(lesson.section(exercise, lesson.AFTER), console))


def _unbegun(exercise: Exercise, result: ExerciseResult, console: Console) -> None:
    """Its task, which says what is checked: the rest of the screen would be empty."""
    _heading(exercise, console)
    say(console, result.problem or "")
    say(
        console, f"Next: r reads the lesson. Edit {shown_path(exercise.stub)}: each save is graded."
    )
    console.print()
    console.file.write(lesson.draw(lesson.section(exercise, lesson.TASK), console))


def _so_far(exercise: Exercise, result: ExerciseResult, console: Console) -> None:
    _heading(exercise, console)
    console.print()
    more = [test for test in result.tests if reasons.waits(test)]
    said = f"All its tests pass: {count(result.points, 'point')} of {result.max_points} so far."
    say(console, said, style="green")
    say(console, f"{count(len(more), 'more check')} run now: {reasons.ASKED_AGAIN}")
    console.print()
    for test in result.tests:
        if test not in more:
            say(console, test.title, sign(console, test.status))


def _list(state: State, console: Console) -> None:
    longest = max(len(exercise.slug) for exercise in state.course.exercises)
    if not state.listed:
        say(console, "No exercise has that in its name.")
    for index, exercise in enumerate(state.listed):
        result = state.results.get(exercise.slug)
        mark = sign(console, result.status) if result is not None else Text(" ")
        name = f"{exercise.number:02}  {exercise.slug:<{longest}}  "
        here = index == state.pointer
        row = Text.assemble("> " if here else "  ", mark, f" {name}", exercise.settings.title)
        if here:
            row.stylize(Style(bold=True, reverse=True))
        console.print(row, no_wrap=True, overflow="ellipsis")
    if state.typed:
        console.print()
        say(console, f"Exercise {state.typed}")


def _solution(state: State, console: Console) -> None:
    assert state.current is not None
    solution.show(state.current, console)


def _ask_solution(state: State, console: Console) -> None:
    assert state.current is not None
    say(console, f"Your {state.current.slug} does not pass yet. Show the solution all the same?")
    asked = state.hints.get(state.current.slug, 0)
    left = len(state.current.settings.hints) - asked
    if left:
        say(console, f"There is help that leaves the work to you: {count(left, 'hint')}, with h.")


def _ask_reset(state: State, console: Console) -> None:
    say(console, f"Bring the original stub of {_shown(state)} back?")
    say(console, "What you have written stays beside it as a backup.")


def _all(state: State, console: Console) -> None:
    say(console, "Grading everything." if state.grading_all else "Everything is graded.")
    console.print()
    for exercise in state.course.exercises:
        result = state.results.get(exercise.slug)
        mark = sign(console, result.status) if result is not None else Text(" ")
        points = f"{result.points}/{result.max_points}" if result is not None else ""
        row = f" {exercise.number:02}  {exercise.slug:<26}{points:>6}"
        console.print(Text(MARGIN) + mark + row, no_wrap=True, overflow="ellipsis")


def _end(state: State, console: Console) -> None:
    points = sum(result.points for result in state.results.values())
    exercises = state.course.exercises
    say(console, "The course is done.", style="bold green")
    graded = f"All {count(len(exercises), 'exercise')} were graded once more just now, and pass"
    say(console, f"{graded}: {points} of {count(points, 'point')}.")
    console.print()
    say(console, "What you can do now:")
    for (level, chapter), members in groupby(exercises, key=_section):
        console.print()
        say(console, f"{chapter} ({level})", style="bold")
        for exercise in members:
            say(console, exercise.settings.teaches, sign(console, "passed"))
    console.print()
    say(console, "Your files are yours to keep: each of them is a program that you can serve.")
    page = state.course.root / AFTERWARDS
    if page.is_file():
        say(console, f"What to look at first in a service of your own: {shown_path(page)}")
    say(console, "l jumps back to an exercise; s there shows other right shapes.")


def _section(exercise: Exercise) -> tuple[str, str]:
    return exercise.settings.level, exercise.settings.chapter


def _help(_state: State, console: Console) -> None:
    say(console, "Save the file, and its verdict is here. Keys:", style="bold")
    console.print()
    for key, _, meaning in KEYS:
        say(console, meaning, Text(key, style="bold cyan"))
    console.print()
    say(console, "Arrows, space and page up move a page that is longer than the screen.")


def _lesson(state: State, console: Console) -> None:
    console.file.write(lesson.draw(state.lesson, console))


def _why(state: State, console: Console) -> None:
    if state.diagnosis is not None:
        page = diagnosis.page(state.diagnosis, state.course.root)
        console.file.write(lesson.draw(page, console))


def task_line(text: str, width: int, like: Console) -> int:
    """The line of the drawn lesson at which its task begins."""
    before, _ = lesson.parted(text, lesson.TASK)

    def paint(console: Console) -> None:
        console.file.write(lesson.draw(before, console))

    return len(lines(paint, width, like))


BODIES: dict[Page, Callable[[State, Console], None]] = {
    Page.verdict: _verdict,
    Page.list: _list,
    Page.solution: _solution,
    Page.ask_solution: _ask_solution,
    Page.ask_reset: _ask_reset,
    Page.all: _all,
    Page.end: _end,
    Page.help: _help,
    Page.lesson: _lesson,
    Page.why: _why,
}
