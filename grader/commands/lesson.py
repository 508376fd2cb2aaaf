"""Markdown as text for a terminal: a lesson or a part of it, the page behind a diagnosis."""

import os
import pydoc
import re
import sys

from rich.console import Console
from rich.markdown import Markdown

from grader.course import packs, parcel
from grader.course.exercises import Course, Exercise
from grader.course.folders import shown_path
from grader.model.errors import GraderError
from grader.reports.terminal import can_draw

MAX_WIDTH = 100
"""Columns that are used at most: longer lines are hard to read."""
PLAIN = str.maketrans("█▒░•·─│┄✗▲▶◀é\N{MULTIPLICATION SIGN}", "##-*.-|-x^><ex")
"""What a terminal that knows only ASCII gets instead, one for one: pictures keep their columns."""


PICTURE, TASK, AFTER = "The picture", "Task", "After passing"
"""Sections that every lesson has."""


def read(exercise: Exercise) -> str:
    """The lesson's Markdown. Raises GraderError when it cannot be read."""
    try:
        return exercise.lesson.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise GraderError(
            f"The lesson {shown_path(exercise.lesson)} cannot be read.",
            packs.remedy(shown_path(exercise.lesson)),
        ) from None


def page(course: Course, name: str) -> str | None:
    """A chapter's page, or another of exercises/, by its heading or file; None for any other name.

    Links into the course are words, for here they lead nowhere.
    """
    words = "_".join(re.findall(r"[a-z0-9]+", name.lower()))
    if any(words == exercise.slug for exercise in course.exercises):
        return None
    for folder in ("exercises/chapters", "exercises"):
        file = course.root / folder / f"{words}.md"
        if file.is_file():
            return parcel.description(file.read_text(encoding="utf-8"))
    return None


def section(exercise: Exercise, title: str) -> str:
    """The part of a lesson under that heading, with it; empty where it is not there.

    Example: `section(exercise, TASK)`.
    """
    try:
        text = read(exercise)
    except GraderError:
        return ""
    found = re.search(rf"^## {title}\n.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


def parted(text: str, title: str) -> tuple[str, str]:
    """A lesson up to that heading, and the rest, which is empty where the heading is not there.

    Example: `question, answer = parted(text, PICTURE)`.
    """
    before, heading, rest = text.partition(f"\n## {title}\n")
    return before, heading + rest


def beside(said: str, measured: str) -> str:
    """What a reader has predicted, beside the figure where the lesson asks for one; a paragraph.

    Example: `beside("1", "1.5 s")` is `you: 1 s, measured: 1.5 s`.
    """
    if not said.strip():
        return ""
    if not measured:
        return f"You said: {said}\n\n"
    unit = " s" if measured.endswith(" s") and re.fullmatch(r"[\d.,]+", said.strip()) else ""
    return f"you: {said.strip()}{unit}, measured: {measured}\n\n"


def is_read_by_a_person(console: Console) -> bool:
    return console.is_terminal and sys.stdin.isatty()


def draw(markdown: str, console: Console) -> str:
    """The page as this terminal shows it, with colours where it has them."""
    page = Markdown(markdown, code_theme="ansi_dark", hyperlinks=False)
    with console.capture() as drawn:
        console.print(page, width=min(console.width, MAX_WIDTH))
    text = drawn.get()
    if not console.is_terminal:
        text = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    return text if can_draw(console) else text.translate(PLAIN).encode("ascii", "replace").decode()


def show(text: str, console: Console) -> None:
    """Print a drawn page; through the pager where a person reads and it is longer than the screen.

    The pager is `$PAGER`, else less, else more.
    """
    if is_read_by_a_person(console) and text.count("\n") >= console.height:
        # Let less show colours, whatever else it is told to do.
        os.environ["LESS"] = f"-R {os.environ.get('LESS', '')}".strip()
        pydoc.pager(text)
    else:
        console.file.write(text)
