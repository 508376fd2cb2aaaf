"""`grader ci`: what a CI needs, in one step."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import grader
from grader.cli.options import BEST, JOBS, app, complete_id, here, level_of
from grader.model.errors import GraderError

if TYPE_CHECKING:
    from grader.course.exercises import Course


@app.command("ci", rich_help_panel="For teachers")
def grade_in_ci(
    exercises: Annotated[
        str,
        typer.Option(
            autocompletion=complete_id,
            help="For instance `01-08,checkout`; all of them without it.",
        ),
    ] = "",
    answers: Annotated[
        Path | None,
        typer.Option(
            help="A learner's checkout, or its `exercises/`: graded with this course's own suites.",
            show_default=False,
        ),
    ] = None,
    minimum_points: Annotated[
        str, typer.Option(help="Pass from so many points on; without it, only full marks pass.")
    ] = "",
    clock: Annotated[str, typer.Option(help="`virtual` or `real`.")] = "virtual",
    jobs: JOBS = None,
    isolation: BEST = "process",
) -> None:
    """Grade in a CI: a summary, annotations, outputs and a log in groups, in one step.

    In GitHub Actions it sets the outputs `points`, `max-points` and `passed`, and for each
    exercise one like `ex06` for the classroom-resources reporter. Any other CI gets plain
    text. It exits with 0 when it passes, 1 when it does not, 2 when nothing could be graded,
    and 3 when the grader itself has failed; the summary and the outputs are written in any
    case, and the output `graded` tells the first two from the others.

    Example: `grader ci --exercises 01-08,checkout --answers . --minimum-points 30`
    """
    from grader.commands import ci

    request = ci.Request(exercises, answers, minimum_points, clock, jobs, level_of(isolation))
    step = ci.Step() if ci.in_actions() else None
    verdict = ci.judge(lambda: _trusted_course(answers), request)
    if step is None:
        ci.print_plainly(verdict)
    else:
        step.tell(verdict)
    raise typer.Exit(verdict.exit_code)


def _trusted_course(answers: Path | None) -> "Course":
    """The course whose suites judge: for other people's answers, never one they can edit.

    Raises GraderError.
    """
    if answers is None:
        return here()
    from grader.course import exercises as course

    own = Path(grader.__file__).resolve().parent.parent
    if (own / "tests" / "exercises").is_dir():
        return course.load(own)
    found = here()
    if Path(os.path.realpath(answers)).is_relative_to(found.root.resolve()):
        raise GraderError(
            f"The suites in {found.root} lie in the checkout of the answers: they can be edited.",
            "Run grader ci in a clone of the course, or leave --answers out to grade your own.",
        )
    return found
