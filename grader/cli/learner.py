"""Commands for learners: list, lesson, hint, reset, solution, explain."""

import difflib
import sys
import textwrap
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import ID, LEVEL, app, here, make_console, one
from grader.model.errors import FAILED, GraderError


@app.command("list")
def list_exercises(level: LEVEL = None) -> None:
    """List the exercises, by level and chapter, in order.

    Example: `grader list --level advanced`
    """
    from grader.reports.terminal import heading

    selection = here().select([], level)
    console = make_console()
    width = max(len(exercise.slug) for exercise in selection)
    above = ("", "")
    for exercise in selection:
        settings = exercise.settings
        heading(settings.level, settings.chapter, above, console)
        above = settings.level, settings.chapter
        console.print(
            f"  {exercise.number:02}  {exercise.slug:<{width}}  {settings.title}",
            markup=False,
            no_wrap=True,
            overflow="ellipsis",
        )


@app.command()
def hint(
    id: ID = None,
    level: Annotated[int, typer.Option(help="1, 2 or 3: each says more than the one before.")] = 1,
) -> None:
    """Give a hint. There are three for each exercise; begin with the first.

    Example: `grader hint checkout --level 2`
    """
    from rich.text import Text

    from grader.course import stubs
    from grader.reports import terminal

    exercise = one(id)
    text = stubs.hint(exercise, level)
    if level < stubs.LEVELS:
        more = f"One more: grader hint {exercise.slug} --level {level + 1}"
    else:
        more = f"That was the last. The lesson says the most: grader lesson {exercise.slug}"
    console = make_console()
    heading = f"Hint {level} of {stubs.LEVELS}: {exercise.settings.title}"
    console.print(Text(heading, style="bold"), soft_wrap=True)
    terminal.say(console, text)
    console.print(Text(more, style="dim"), soft_wrap=True)


@app.command()
def lesson(id: ID = None) -> None:
    """Show the lesson of an exercise, page by page where it is longer than the screen.

    At a terminal it stops after its question, asks for your prediction, and shows it beside what
    is measured. It is yours, and kept nowhere. The name of a chapter shows the page that opens it.

    Examples: `grader lesson checkout`, `grader lesson concurrency`
    """
    from grader.commands import lesson

    console = make_console()
    opening = lesson.page(here(), id) if id is not None else None
    exercise = one(id) if opening is None else None
    text = lesson.read(exercise) if exercise is not None else opening or ""
    question, rest = lesson.parted(text, lesson.PICTURE)
    if exercise is None or not rest or not lesson.is_read_by_a_person(console):
        lesson.show(lesson.draw(question + rest, console), console)
        return
    console.file.write(lesson.draw(question, console))
    said = typer.prompt("Your prediction", default="", show_default=False)
    told = lesson.beside(said, exercise.settings.measured)
    lesson.show(told + lesson.draw(rest, console), console)


@app.command()
def reset(id: ID = None) -> None:
    """Bring the original stub back, also after a commit. Your file is kept as a backup.

    Example: `grader reset checkout`
    """
    from grader.course import stubs
    from grader.course.folders import shown_path

    exercise = one(id)
    where = shown_path(exercise.stub)
    if stubs.is_original(exercise):
        print(f"{where} is the original stub already; nothing was changed.")
        return
    backup = stubs.reset(exercise)
    print(f"{where} is the original stub again.")
    if backup is not None:
        print(f"Your file is kept as {shown_path(backup)}")


@app.command()
def solution(
    id: ID = None,
    answer: Annotated[
        str | None, typer.Argument(help="One of the other answers, as a whole program.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Show it though yours does not pass.")] = False,
    run: Annotated[bool, typer.Option("--run", help="Grade it, and draw its time.")] = False,
) -> None:
    """Show the solution of an exercise that you have passed, and other right and wrong turns.

    Examples: `grader solution checkout`, `grader solution checkout sequential --run`
    """
    from grader.commands import solution as solution_report
    from grader.parent import session

    exercise = one(id)
    if not exercise.solution.is_file():
        raise GraderError(
            f"The solution of {exercise.slug} is not part of this starter.",
            "Ask the teacher who gave it to you.",
        )
    if not yes and not session.grade(here(), (exercise,), own=True).passed:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise GraderError(
                f"Your {exercise.slug} does not pass yet.", "Add --yes to see the solution anyway."
            )
        question = f"Your {exercise.slug} does not pass yet. Show the solution all the same?"
        if not typer.confirm(question):
            raise typer.Exit(FAILED)
    if run:
        solution_report.run(exercise, answer, make_console())
    elif answer is None:
        solution_report.show(exercise, make_console())
    else:
        solution_report.show_one(exercise, answer, make_console())


def complete_diagnosis(incomplete: str) -> list[tuple[str, str]]:
    """The diagnoses whose id begins so, with their meaning: for the shell."""
    from grader.diagnosis import IDS

    known = {**_own_diagnoses(), **IDS}
    return [(id, meaning) for id, meaning in known.items() if id.startswith(incomplete)]


def _own_diagnoses() -> dict[str, str]:
    """Those of the course here, with their meaning; none where there is none."""
    from grader.course import folders, manifests

    try:
        manifest = manifests.read(folders.find_root(Path.cwd()))
    except GraderError:
        return {}
    return {each.id: each.means for each in manifest.diagnoses} if manifest is not None else {}


@app.command()
def explain(
    diagnosis: Annotated[
        str | None,
        typer.Argument(
            autocompletion=complete_diagnosis,
            help="An id as a failure shows it; all of them without it.",
        ),
    ] = None,
) -> None:
    """Print the page behind a diagnosis: what it means, an example, its repair.

    Example: `grader explain one-after-another`
    """
    from grader import diagnosis as diagnoses
    from grader.commands import lesson
    from grader.course import folders

    console = make_console()
    known = {**_own_diagnoses(), **diagnoses.IDS}
    if diagnosis is None:
        column = max(map(len, known)) + 2
        for id, meaning in known.items():
            width = console.width - column if console.is_terminal else len(meaning)
            for line in textwrap.wrap(meaning, max(20, width)):
                console.print(f"{id:<{column}}{line}", markup=False, soft_wrap=True)
                id = ""
        return
    id = diagnosis.strip().lower().replace(" ", "-").replace("_", "-")
    if id not in known:
        close = difflib.get_close_matches(id, known, n=1, cutoff=0.5)
        remedy = f"Did you mean {close[0]}?" if close else "`grader explain` lists them all."
        raise GraderError(f"There is no diagnosis {diagnosis!r}.", remedy)
    root = None if id in diagnoses.IDS else folders.find_root(Path.cwd())
    lesson.show(lesson.draw(diagnoses.page(id, root), console), console)
