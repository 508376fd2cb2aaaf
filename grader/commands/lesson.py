"""A page of Markdown as text for a terminal: a lesson, the page behind a diagnosis."""

import os
import pydoc
import sys

from rich.console import Console
from rich.markdown import Markdown

from grader.reports.terminal import can_draw

MAX_WIDTH = 100
"""Columns that are used at most: longer lines are hard to read."""
PLAIN = str.maketrans("█▒░•·─│┄✗▲▶◀é\N{MULTIPLICATION SIGN}", "##-*.-|-x^><ex")
"""What a terminal that knows only ASCII gets instead, one for one: pictures keep their columns."""


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
    if console.is_terminal and sys.stdin.isatty() and text.count("\n") >= console.height:
        os.environ.setdefault("LESS", "-R")  # let less show colours
        pydoc.pager(text)
    else:
        console.file.write(text)
