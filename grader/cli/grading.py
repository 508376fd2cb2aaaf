"""`grader` and `grader run`: grade, and write the report."""

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from grader.cli.options import (
    ANSWERS,
    BEST,
    CLOCK,
    IDS,
    JOBS,
    LEVEL,
    ORDER,
    app,
    check_writable,
    here,
    level_of,
    make_console,
    progress,
)
from grader.model.errors import FAILED, PASSED, GraderError
from grader.reports.formats import Format, get_ready, render
from grader.wording import count

if TYPE_CHECKING:
    from grader.course.exercises import Course, Exercise
    from grader.model.report import Report

Timeline = Literal["short", "full"]
BODY = "release-body.md"
"""What Classroom 50 shows a learner with the points, beside the `result.json`."""


@app.callback(invoke_without_command=True)
def default(context: typer.Context, level: LEVEL = None) -> None:
    """Grades async FastAPI exercises, on a clock that sees time exactly.

    Without a command: grades everything there is, shows the board, then the first
    unfinished exercise with its first failure and the next step.

    Example: `grader`
    """
    if context.invoked_subcommand is None:
        run(level=level)


@app.command()
def run(
    ids: IDS = None,
    level: LEVEL = None,
    answers: ANSWERS = None,
    clock: CLOCK = "virtual",
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.text,
    output: Annotated[
        Path | None, typer.Option(help="Write there instead of to the terminal.")
    ] = None,
    open_report: Annotated[
        bool, typer.Option("--open-report", help="Show the report as a page in the browser, too.")
    ] = False,
    order: ORDER = None,
    jobs: JOBS = None,
    isolation: BEST = "process",
    timeline: Annotated[
        Timeline | None, typer.Option(help="Draw the time of passed tests too, or all rows.")
    ] = None,
) -> None:
    """Grade exercises and say why.

    Example: `grader run checkout --format json --output report.json`
    """
    from grader.parent import children, session
    from grader.parent.runner import Runner

    found = here()
    if order is not None and clock == "real":
        raise GraderError(
            "On the real clock nobody can say what comes first.", "Leave out --order, or --clock."
        )
    selection = found.select(ids or [], level)
    check_writable(output)
    beside = output.with_name(BODY) if output and format is Format.classroom50 else None
    check_writable(beside)
    get_ready(format)
    kept_apart = level_of(isolation)
    runner = Runner(jobs, isolation=kept_apart, judged=True)
    children.start((exercise.suite for exercise in selection), kept_apart)
    quiet = format is not Format.text or output is not None
    with progress(quiet) as bar:
        task = bar.add_task("grading", total=len(selection))
        report = session.grade(
            found,
            selection,
            answers=answers,
            clock=clock,
            runner=runner,
            keep_spans=timeline is not None or format is Format.svg,
            ties=order,
            own=answers is None and kept_apart == "process",
            on_result=lambda _index, _result: bar.advance(task),
        )
    with _told_when_unwritable(output):
        _write(report, format, output, timeline)
        if beside is not None:
            beside.write_text(render(Format.markdown, report), encoding="utf-8")
    if not quiet and timeline is None and len(selection) == 1 and report.passed:
        _tell_the_end(selection[0])
    if not quiet and answers is None and [e.status for e in report.exercises] == ["failed"]:
        _tell_of_the_save(selection[0])
    if not quiet and not ids and level is None and answers is None:
        _tell_of_the_course(found, report)
    if open_report:
        from grader.reports import browser, html

        with _told_when_unwritable(None):
            page = output if format is Format.html and output else browser.save(html.render(report))
        print(browser.show(page), file=sys.stderr)
    raise typer.Exit(PASSED if report.passed else FAILED)


def _tell_the_end(exercise: "Exercise") -> None:
    """Where a person reads, what the lesson says to who has passed."""
    from grader.commands import lesson

    console = make_console()
    if console.is_terminal:
        console.print()
        lesson.show(lesson.draw(lesson.section(exercise, lesson.AFTER), console), console)


def _tell_of_the_save(exercise: "Exercise") -> None:
    """Where a person reads, how old what was graded is: they may have forgotten to save."""
    from grader.reports import terminal

    console = make_console()
    minutes = int(time.time() - exercise.stub.stat().st_mtime) // 60
    if console.is_terminal and minutes:
        ago = count(minutes, "minute") if minutes < 120 else count(minutes // 60, "hour")
        terminal.say(console, f"{exercise.file} was saved {ago} ago.", style="dim")


def _tell_of_the_course(found: "Course", report: "Report") -> None:
    """Its closing words when all is passed, and whether this folder is of another version."""
    from grader.commands.home import following
    from grader.reports import terminal

    console = make_console()
    if report.passed and found.manifest is not None and found.manifest.closing:
        console.print()
        terminal.say(console, found.manifest.closing.strip())
    if (behind := following.behind(found)) is not None:
        console.print()
        terminal.say(console, f"{behind} `grader update` brings the new ones.")


@contextlib.contextmanager
def _told_when_unwritable(output: Path | None) -> Iterator[None]:
    """Raise GraderError for a report that its place cannot take: a full disk, mostly."""
    try:
        yield
    except BrokenPipeError:  # the reader of our output, such as `head`, has ended
        raise
    except OSError as error:
        raise GraderError(
            f"The report cannot be written{f' to {output}' if output else ''}: "
            f"{error.strerror or error}.",
            "Look at the space left there, or name another file with --output.",
        ) from None


def _write(
    report: "Report", format: Format, output: Path | None, timeline: Timeline | None
) -> None:
    if format is not Format.text:
        text = render(format, report)
        if output is None:
            sys.stdout.write(text)
        else:
            output.write_text(text, encoding="utf-8")
        return
    from rich.console import Console

    from grader.reports import terminal

    full = timeline == "full"
    if output is None:
        terminal.render(report, make_console(), full=full, passed=timeline is not None)
        return
    with output.open("w", encoding="utf-8") as file:
        page = Console(file=file, width=100, highlight=False)
        terminal.render(report, page, full=full, passed=timeline is not None)
