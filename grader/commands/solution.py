"""The solution of an exercise and its neighbours, for one who has passed it."""

import ast

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from grader.course.exercises import Exercise
from grader.reports.terminal import say


def show(exercise: Exercise, console: Console) -> None:
    """Print the solution, then one line for each other right answer and each wrong turn."""
    text = exercise.solution.read_text(encoding="utf-8")
    console.print(Syntax(text, "python", background_color="default", word_wrap=True))
    for kind, heading in (("right", "Other right shapes"), ("wrong", "Wrong turns")):
        paths = sorted((exercise.solutions / kind).glob("*.py"))
        if not paths:
            continue
        console.print()
        console.print(Text(heading, style="bold"))
        for path in paths:
            where = path.relative_to(exercise.root).as_posix()
            console.print(Text(f"  {where}"))
            say(console, first_line(path.read_text(encoding="utf-8")), Text("  "))


def first_line(text: str) -> str:
    """The line that says what an answer shows."""
    try:
        doc = ast.get_docstring(ast.parse(text)) or ""
    except SyntaxError:
        doc = next((line[1:].strip() for line in text.splitlines() if line.startswith("#")), "")
    return doc.partition("\n")[0]
