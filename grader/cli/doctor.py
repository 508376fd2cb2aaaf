"""`grader doctor`: is everything here that the grader needs."""

import textwrap
from pathlib import Path

import typer

from grader.cli.options import app
from grader.model.errors import FAILED, PASSED
from grader.wording import count

SIGNS = {"fine": "passed", "note": "missing", "problem": "failed"}
NAMES = 13
"""Columns of the widest name, and two."""


@app.command()
def doctor() -> None:
    """Look whether all that the grader needs is here, and say what to do about what is not.

    A question mark is a note: something is slower or plainer, and all of it works. With a
    problem, the exit code is 1.

    Example: `grader doctor`
    """
    # Imported late: it loads the whole grader, and a missing package may be the problem.
    from rich.console import Console
    from rich.text import Text

    from grader.commands import doctor as examination
    from grader.reports.terminal import MAX_WIDTH, sign

    console = Console(highlight=False)
    found = []
    for finding in examination.findings(Path.cwd(), console):
        found.append(finding)
        mark = sign(console, SIGNS[finding.state])
        margin = " " * (NAMES + 2)
        room = max(20, min(console.width, MAX_WIDTH) - len(margin))
        lines = textwrap.wrap(finding.sentence, room, break_on_hyphens=False)
        remedy = textwrap.wrap(f"Next: {finding.remedy}", room, break_on_hyphens=False)
        head, *rest = [*lines, *(remedy if finding.remedy else [])]
        line = Text.assemble(mark, f" {finding.name:<{NAMES}}{head}")
        console.print(line, no_wrap=True, overflow="ignore")
        for text in rest:
            console.print(Text(margin + text), no_wrap=True, overflow="ignore")
    problems = sum(finding.state == "problem" for finding in found)
    notes = sum(finding.state == "note" for finding in found)
    console.print()
    if problems:
        console.print(f"{count(problems, 'problem')} to solve first.", style="red")
        raise typer.Exit(FAILED)
    told = f" {count(notes, 'note')} above." if notes else ""
    console.print(f"Everything works.{told}", style="green")
    raise typer.Exit(PASSED)
