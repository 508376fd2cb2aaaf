"""Commands for authors: verify, new, course new, course build, schema."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from grader.cli.options import IDS, JOBS, Group, app, at_home, make_console, progress
from grader.model.errors import FAILED, PASSED
from grader.wording import count

if TYPE_CHECKING:
    from grader.course.exercises import Exercise
    from grader.parent.runner import Runner

MUTANTS = Annotated[
    bool,
    typer.Option(
        "--mutants", help="Put mistakes into the right answers instead: which does no test see?"
    ),
]


@app.command(rich_help_panel="For authors")
def verify(ids: IDS = None, jobs: JOBS = None, mutants: MUTANTS = False) -> None:
    """Hold the course to its promises: for authors.

    Without a name it looks at course.toml, the map and the chapters, too.
    Every stub scores 0, every solution and right answer scores full, every wrong answer
    fails exactly the tests that its header names, with the named diagnosis.

    With `--mutants`, mistakes are put into the solution and the right answers, one at a time;
    one that scores full has survived. Add a test, or sign it in `mutants.toml` beside the suite.

    Example: `grader verify checkout`
    """
    from grader.commands import verify
    from grader.commands.packs import checking
    from grader.parent import children
    from grader.parent.runner import Runner

    found = at_home()
    selection = found.select(ids or [])
    children.start(exercise.suite for exercise in selection)
    if mutants:
        _survey(selection, Runner(jobs))
    with _judging() as tell:
        verification = verify.verify(found, selection, Runner(jobs), tell)
    problems = [*([] if ids else checking.problems(found)), *verification.problems]
    console = make_console()
    for problem in problems:
        console.print(problem, markup=False, soft_wrap=True)
    for exception in verification.exceptions:
        console.print(exception, style="dim", markup=False, soft_wrap=True)
    console.print(
        f"{count(verification.answers, 'answer')} judged, {count(len(problems), 'broken promise')}."
    )
    raise typer.Exit(FAILED if problems else PASSED)


@contextmanager
def _judging() -> Iterator[Callable[[int, int], None]]:
    """A bar; what it gives is told how many are done, of how many."""
    with progress(quiet=False) as bar:
        task = bar.add_task("judging", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _survey(selection: "tuple[Exercise, ...]", runner: "Runner") -> NoReturn:
    from grader.commands import mutants

    with _judging() as tell:
        surveys = mutants.survey(selection, runner, tell)
    console = make_console()
    for survey in surveys:
        for sentence in survey.sentences():
            console.print(sentence, markup=False, soft_wrap=True)
    raise typer.Exit(FAILED if any(survey.open or survey.idle for survey in surveys) else PASSED)


@app.command(rich_help_panel="For authors")
def new(
    slug: Annotated[str, typer.Argument(help="Name of the exercise, for instance last_ticket.")],
    number: Annotated[int | None, typer.Option(help="Its number; without it the next.")] = None,
) -> None:
    """Make the files of a new exercise: for authors.

    Example: `grader new last_ticket --number 22`
    """
    from grader.commands import new

    found = at_home()
    for path in new.create(found, slug, number):
        print(path.relative_to(found.root))
    print(f"Write what says TODO, then: grader verify {slug}")


courses = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode="markdown")
app.add_typer(
    courses,
    name="course",
    rich_help_panel="For authors",
    help="Begin a course of your own, and make packages of it: for authors.\n\n"
    'Example: `grader course new ../plain --title "Plain asyncio"`',
)


@courses.command("new")
def new_course(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    title: Annotated[str, typer.Option(help="What learners see, for instance Plain asyncio.")],
    id: Annotated[
        str | None,
        typer.Option(help="Its name for pip and on disk; made of the title without it."),
    ] = None,
) -> None:
    """Begin a course: its course.toml, one exercise, a map, and a CI that verifies it.

    Example: `grader course new ../plain --title "Plain asyncio"`
    """
    from grader.commands.packs import beginning

    made = beginning.begin(folder, title, id)
    print(f"{folder} has the course {made}, with one exercise.")
    print(f"Next: cd {folder}, write what says TODO, then: grader verify")


@courses.command("build")
def build_course(
    to: Annotated[Path, typer.Option(help="Where the packages are put.")] = Path("dist"),
) -> None:
    """Make the packages of this course: learner/ without solutions, teacher/ with them.

    Example: `grader course build --to dist`
    """
    from grader.commands.packs import building

    for wheel in building.both(at_home(), to):
        print(wheel)


@app.command(rich_help_panel="For authors")
def schema(
    of: Annotated[
        Literal["report", "class"], typer.Argument(help="The report of a run, or of a class.")
    ] = "report",
) -> None:
    """Print the JSON schema of a report.

    Example: `grader schema > report.schema.json`
    """
    from grader.model.class_report import ClassReport
    from grader.model.report import Report
    from grader.reports import json

    print(json.schema(Report if of == "report" else ClassReport))
