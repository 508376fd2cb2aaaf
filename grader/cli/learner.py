"""Commands for learners: list, solution, explain."""

import difflib
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown

from grader import diagnosis as diagnoses
from grader import session
from grader.cli.options import ID, app, here
from grader.errors import FAILED, GraderError
from grader.reports import solution as solution_report


@app.command("list")
def list_exercises() -> None:
    """List the exercises, in order.

    Example: `grader list`
    """
    found = here()
    console = Console(highlight=False)
    chapter = ""
    for exercise in found.exercises:
        settings = exercise.settings
        if settings.chapter != chapter:
            chapter = settings.chapter
            console.print(chapter, style="bold")
        console.print(
            f"  {exercise.number:02}  {exercise.slug:<22} {settings.level:<9} {settings.title}",
            markup=False,
            no_wrap=True,
            overflow="ellipsis",
        )


@app.command()
def solution(
    id: ID,
    yes: Annotated[bool, typer.Option("--yes", help="Show it though yours does not pass.")] = False,
) -> None:
    """Show the solution of an exercise that you have passed, and other right and wrong turns.

    Example: `grader solution checkout`
    """
    found = here()
    exercise = found.select([id])[0]
    if not exercise.solution.is_file():
        raise GraderError(
            f"The solution of {exercise.slug} is not part of this starter.",
            "Ask the teacher who gave it to you.",
        )
    if not yes and not session.grade(found, (exercise,)).passed:
        if not sys.stdin.isatty():
            raise GraderError(
                f"Your {exercise.slug} does not pass yet.", "Add --yes to see the solution anyway."
            )
        question = f"Your {exercise.slug} does not pass yet. Show the solution all the same?"
        if not typer.confirm(question):
            raise typer.Exit(FAILED)
    solution_report.show(exercise, Console(highlight=False))


@app.command()
def explain(
    diagnosis: Annotated[
        str | None, typer.Argument(help="An id as a failure shows it; all of them without it.")
    ] = None,
) -> None:
    """Print the page behind a diagnosis: what it means, an example, its repair.

    Example: `grader explain one-after-another`
    """
    console = Console(highlight=False)
    if diagnosis is None:
        for id, meaning in diagnoses.IDS.items():
            console.print(f"{id:<20} {meaning}", markup=False, soft_wrap=True)
        return
    id = diagnosis.strip().lower().replace(" ", "-").replace("_", "-")
    if id not in diagnoses.IDS:
        close = difflib.get_close_matches(id, diagnoses.IDS, n=1, cutoff=0.5)
        remedy = f"Did you mean {close[0]}?" if close else "`grader explain` lists them all."
        raise GraderError(f"There is no diagnosis {diagnosis!r}.", remedy)
    console.print(Markdown(diagnoses.page(id)), width=min(console.width, 100))
