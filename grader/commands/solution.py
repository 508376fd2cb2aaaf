"""The solution of an exercise and its neighbours, for one who has passed it."""

import ast
import difflib
from pathlib import Path

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from grader.course import patches
from grader.course.exercises import Exercise
from grader.course.folders import shown_path
from grader.model.errors import GraderError
from grader.parent import session
from grader.parent.runner import Runner
from grader.reports.terminal import render, say

HEADINGS = {"right": "Other right shapes", "wrong": "Wrong turns"}


def show(exercise: Exercise, console: Console) -> None:
    """Print the solution, then one line for each other right answer and each wrong turn.

    On a terminal that is what a learner writes of it; the rest is given.
    """
    text = exercise.solution.read_text(encoding="utf-8")
    own = patches.beyond(text, exercise.original.read_text(encoding="utf-8"))
    _print(own if console.is_terminal and own else text, console)
    last = ""
    for kind, heading in HEADINGS.items():
        paths = sorted((exercise.solutions / kind).glob("*.py"))
        if not paths:
            continue
        console.print()
        console.print(Text(heading, style="bold"))
        for path in paths:
            last = f"{kind}/{path.stem}"
            console.print(Text(f"  {last}"))
            say(console, first_line(path.read_text(encoding="utf-8")), Text("  "))
    if last:
        console.print()
        say(console, f"One of them as a whole: grader solution {exercise.slug} {last}")
        say(console, "With --run after it, it is graded as yours is, and its time is drawn.")


def show_one(exercise: Exercise, name: str, console: Console) -> None:
    """Print the whole program of `right/task_group` or `task_group`. Raises GraderError."""
    _print(patches.whole(_find(exercise, name)), console)


def run(exercise: Exercise, name: str | None, console: Console) -> None:
    """Grade the solution, or that other answer, and draw what it does with time."""
    path = exercise.solution if name is None else _find(exercise, name)
    order = session.order_of_course(exercise, path, shown_path(path), keep_spans=True)
    render(session.report(Runner().run([order]), "virtual"), console, passed=True)


def _find(exercise: Exercise, name: str) -> Path:
    known = {
        path.relative_to(exercise.solutions).with_suffix("").as_posix(): path
        for kind in HEADINGS
        for path in sorted((exercise.solutions / kind).glob("*.py"))
    }
    wanted = name.removesuffix(".py")
    found = [path for full, path in known.items() if wanted in (full, path.stem)]
    if not found:
        names = [path.stem for path in known.values()]
        close = difflib.get_close_matches(Path(wanted).name, names, n=1)
        raise GraderError(
            f"{exercise.slug} has no answer {name!r}.",
            f"Did you mean {close[0]}?"
            if close
            else f"`grader solution {exercise.slug}` lists them.",
        )
    return found[0]


def _print(text: str, console: Console) -> None:
    """In colours; where nobody looks, exactly the text, for it may go into a file."""
    if console.is_terminal:
        # In the terminal's own colours, which can be read on its own ground.
        drawn = Syntax(
            text, "python", theme="ansi_dark", background_color="default", word_wrap=True
        )
        console.print(drawn)
    else:
        console.file.write(text)


def first_line(text: str) -> str:
    """The line that says what an answer shows."""
    try:
        doc = ast.get_docstring(ast.parse(text)) or ""
    except SyntaxError:
        doc = next((line[1:].strip() for line in text.splitlines() if line.startswith("#")), "")
    return doc.partition("\n")[0]
