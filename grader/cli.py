"""The command line: arguments, exit codes, dispatch. No judgement.

Run `grader --help`, or `python -m grader --help`.
"""

import difflib
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from grader import authoring, course, scaffold, server, session
from grader import diagnosis as diagnoses
from grader.errors import FAILED, PASSED, UNUSABLE, GraderError
from grader.model import Report
from grader.reports import json, terminal
from grader.reports import solution as solution_report
from grader.runner import Runner
from grader.wording import count

INTERRUPTED = 130

app = typer.Typer(
    add_completion=True,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


class ClockChoice(StrEnum):
    virtual = "virtual"
    real = "real"


class Format(StrEnum):
    text = "text"
    json = "json"


class TimelineChoice(StrEnum):
    short = "short"
    full = "full"


IDS = Annotated[
    list[str] | None,
    typer.Argument(help="`checkout`, `06`, `6` or `06_checkout`; all of them without it."),
]
JOBS = Annotated[int | None, typer.Option(min=1, help="Answers graded side by side.")]


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Grades async FastAPI exercises, on a clock that sees time exactly.

    Without a command: grades everything there is, shows the board, then the first
    unfinished exercise with its first failure and the next step.

    Example: `grader`
    """
    if context.invoked_subcommand is None:
        run()


@app.command()
def run(
    ids: IDS = None,
    answers: Annotated[
        Path | None, typer.Option(help="Folder laid out as `exercises/`.", show_default=False)
    ] = None,
    clock: Annotated[
        ClockChoice, typer.Option(help="The clock that durations are measured on.")
    ] = (ClockChoice.virtual),
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.text,
    output: Annotated[
        Path | None, typer.Option(help="Write there instead of to the terminal.")
    ] = None,
    jobs: JOBS = None,
    timeline: Annotated[
        TimelineChoice | None, typer.Option(help="Draw the time of passed tests too, or all rows.")
    ] = None,
) -> None:
    """Grade exercises and say why.

    Example: `grader run checkout --format json --output report.json`
    """
    found = course.load(course.find_root(Path.cwd()))
    selection = found.select(ids or [])
    _check_writable(output)
    server.start(exercise.suite for exercise in selection)
    quiet = format is not Format.text or output is not None
    with _progress(quiet) as progress:
        task = progress.add_task("grading", total=len(selection))
        report = session.grade(
            found,
            selection,
            answers=answers,
            clock=clock.value,
            runner=Runner(jobs),
            keep_spans=timeline is not None,
            on_result=lambda _index, _result: progress.advance(task),
        )
    _write(report, format, output, timeline)
    raise typer.Exit(PASSED if report.passed else FAILED)


@app.command("list")
def list_exercises() -> None:
    """List the exercises, in order.

    Example: `grader list`
    """
    found = course.load(course.find_root(Path.cwd()))
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
def verify(ids: IDS = None, jobs: JOBS = None) -> None:
    """Hold the course to its promises: for authors.

    Every stub scores 0, every solution and right answer scores full, every wrong answer
    fails exactly the tests that its header names, with the named diagnosis.

    Example: `grader verify checkout`
    """
    found = course.load(course.find_root(Path.cwd()))
    selection = found.select(ids or [])
    server.start(exercise.suite for exercise in selection)
    with _progress(quiet=False) as progress:
        task = progress.add_task("judging", total=None)
        verification = authoring.verify(
            found,
            selection,
            Runner(jobs),
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    console = Console(highlight=False)
    for problem in verification.problems:
        console.print(problem, markup=False, soft_wrap=True)
    console.print(
        f"{count(verification.answers, 'answer')} judged, "
        f"{count(len(verification.problems), 'broken promise')}."
    )
    raise typer.Exit(FAILED if verification.problems else PASSED)


@app.command()
def solution(
    id: Annotated[str, typer.Argument(help="The exercise.")],
    yes: Annotated[bool, typer.Option("--yes", help="Show it though yours does not pass.")] = False,
) -> None:
    """Show the solution of an exercise that you have passed, and other right and wrong turns.

    Example: `grader solution checkout`
    """
    found = course.load(course.find_root(Path.cwd()))
    exercise = found.select([id])[0]
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
def new(
    slug: Annotated[str, typer.Argument(help="Name of the exercise, for instance last_ticket.")],
    number: Annotated[int | None, typer.Option(help="Its number; without it the next.")] = None,
) -> None:
    """Make the files of a new exercise: for authors.

    Example: `grader new last_ticket --number 22`
    """
    found = course.load(course.find_root(Path.cwd()))
    for path in scaffold.create(found, slug, number):
        print(path.relative_to(found.root))
    print(f"Write what says TODO, then: grader verify {slug}")


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


@app.command()
def schema() -> None:
    """Print the JSON schema of the report.

    Example: `grader schema > report.schema.json`
    """
    print(json.schema())


def main() -> None:
    """The console script: runs a command and turns errors into one sentence."""
    arguments = _with_timeline_value(sys.argv[1:])
    try:
        app(arguments, prog_name="grader", standalone_mode=True)
    except GraderError as error:
        print(f"grader: {error.problem}\n{error.remedy}", file=sys.stderr)
        raise SystemExit(UNUSABLE) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        # The reader of our output has gone, as `| head` does.
        sys.stderr.close()
        raise SystemExit(PASSED) from None
    finally:
        server.stop()


def _with_timeline_value(arguments: list[str]) -> list[str]:
    """`--timeline` alone means `--timeline short`."""
    result = []
    for index, argument in enumerate(arguments):
        result.append(argument)
        following = arguments[index + 1 : index + 2]
        if argument == "--timeline" and following not in (["short"], ["full"]):
            result.append("short")
    return result


def _progress(quiet: bool) -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    disabled = quiet or not console.is_terminal
    return Progress(*columns, console=console, transient=True, disable=disabled)


def _check_writable(output: Path | None) -> None:
    """Find out before the work is done. Raises GraderError."""
    if output is None:
        return
    try:
        with output.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise GraderError(
            f"The report cannot be written to {output}: {error.strerror}.",
            "Name a file in a folder that exists and that you may write to.",
        ) from None


def _write(
    report: Report, format: Format, output: Path | None, timeline: TimelineChoice | None
) -> None:
    if format is Format.json:
        text = json.render(report) + "\n"
        if output is None:
            sys.stdout.write(text)
        else:
            output.write_text(text, encoding="utf-8")
        return
    full = timeline is TimelineChoice.full
    if output is None:
        terminal.render(report, Console(highlight=False), full=full, passed=timeline is not None)
        return
    with output.open("w", encoding="utf-8") as file:
        console = Console(file=file, width=100, highlight=False)
        terminal.render(report, console, full=full, passed=timeline is not None)


if __name__ == "__main__":
    main()
