"""`grader class`: a class's answers in, one table out; `grader credential`: what it signs."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from grader.cli.options import EXERCISES, JOBS, Group, app, here, make_console, progress
from grader.model.errors import BROKE, FAILED, PASSED, GraderError
from grader.wording import count

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from rich.console import Console

    from grader.commands.classes.lms import Filled
    from grader.course.exercises import Course
    from grader.model.class_report import ClassReport, Learner

MOST_NAMED = 10
MERGE = Path("merge")


@app.command("class", rich_help_panel="For teachers")
def grade_class(
    submissions: Annotated[
        list[Path],
        typer.Argument(
            help="A folder with a folder, a clone or a zip for each learner. Or `merge`, and the "
            "folders of all parts."
        ),
    ],
    to: Annotated[Path, typer.Option(metavar="DIR", help="Where the tables and pages go.")],
    exercises: EXERCISES = None,
    roster: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Who is in the class: names, sections."),
    ] = None,
    due: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="For instance `2026-12-01T23:59+01:00`."),
    ] = None,
    late: Annotated[
        Path | None,
        typer.Option(
            metavar="TOML", help="What a late day costs, and who has longer.", show_default=False
        ),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="Fill one column in a copy of this table of an LMS.",
            show_default=False,
        ),
    ] = None,
    column: Annotated[str | None, typer.Option(help="Which one, where that is not clear.")] = None,
    names: Annotated[
        Literal["show", "hide"],
        typer.Option(help="`hide` makes a class.html that can be shown to the class."),
    ] = "show",
    isolation: Annotated[
        Literal["process", "sandbox"],
        typer.Option(help="`process` only for answers that you trust."),
    ] = "sandbox",
    part: Annotated[
        str, typer.Option(metavar="I/N", help="Grade one of N parts, each on a machine.")
    ] = "1/1",
    jobs: JOBS = None,
    engine: Annotated[
        str | None,
        typer.Option(
            metavar="dask[:ADDRESS]",
            help="Grade on a Dask cluster: the one at ADDRESS, or one on this machine.",
            show_default=False,
        ),
    ] = None,
    credentials: Annotated[
        Path | None,
        typer.Option(
            metavar="KEY",
            help="Write a signed Open Badge for each learner who has reached the bar.",
            show_default=False,
        ),
    ] = None,
    bar: Annotated[
        str, typer.Option(metavar="POINTS", help="What a credential asks for: `80%`, or points.")
    ] = "100%",
    issuer: Annotated[
        str, typer.Option(help="Your name, or your school's, in the credentials.")
    ] = "",
) -> None:
    """Grade a class: every score with its reason, and what the class has not understood.

    Nothing is graded twice: an answer that is known keeps its verdict until the answer, the suite
    or the grader changes, so the same command goes on where it was interrupted. It exits with 0
    when all that was handed in is graded, else with 3.

    Example: `grader class ../submissions --to ../points --exercises 01-08`
    """
    from grader.commands.classes import folder, lms, merging
    from grader.commands.classes.grading import Request, grade
    from grader.commands.credentials import badges, keys

    found = here()
    key = keys.private(credentials) if credentials is not None else None
    table = lms.read(into, column) if into is not None else None
    if into is not None:
        lms.check_place(into, to, folder.FILES)
    store = folder.open_folder(to, found.root, submissions)
    folder.read_report(to)
    copied: list[Learner] = []
    if submissions[0] == MERGE:
        _check_merge(submissions, exercises, roster, due, late, part, engine)
        report = merging.merge(found, submissions[1:], to, store)
        copied = report.learners
    else:
        if len(submissions) > 1:
            raise GraderError(
                f"{submissions[1]} is a second folder: one holds the whole class.",
                "Name one folder, or write `grader class merge` before those of the parts.",
            )
        selection = found.select([exercises] if exercises is not None else [])
        if key is not None:
            badges.points_of(bar, sum(test.points for each in selection for test in each.tests))
        request = Request(
            submissions[0],
            selection,
            isolation,
            roster,
            due,
            late,
            jobs,
            *_part(part),
            engine,
        )
        with progress(quiet=False) as shown:
            task = shown.add_task("grading", total=None)

            def heard(done: int, answers: int, cached: int) -> None:
                told = f"grading ({cached} known)" if cached else "grading"
                shown.update(task, completed=done, total=answers, description=told)

            report = grade(found, request, store, heard)
    filled = lms.fill(*table, report) if table is not None else None
    others = {into.name: filled.text} if into is not None and filled is not None else {}
    report = folder.with_feedback(report)
    folder.write(report, to, store, others, hides_names=names == "hide", copied=copied)
    if key is not None:
        _issue(found, report, key, issuer, bar, to)
    _tell(make_console(), report, to, filled)
    raise typer.Exit(PASSED if report.is_whole else BROKE)


def _issue(
    found: "Course",
    report: "ClassReport",
    key: "Ed25519PrivateKey",
    issuer: str,
    bar: str,
    to: Path,
) -> None:
    from grader.commands.credentials import badges, issuing, keys

    award = badges.award(report, found.manifest, keys.did(key.public_key()), issuer, bar)
    written = issuing.issue(report, award, key, to)
    print(
        f"{count(written, 'learner')} reached {award.bar} of {count(report.max_points, 'point')}: "
        f"{to / issuing.FOLDER} has a credential for each."
    )


def _part(text: str) -> tuple[int, int]:
    """Part 2 of 5. Raises GraderError."""
    match = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text, re.ASCII)
    part, parts = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= part <= parts:
        raise GraderError(
            f"--part is {text!r}, which is no part.", "Write --part 2/5 for the second of five."
        )
    return part, parts


def _check_merge(submissions: list[Path], *others: object) -> None:
    """Raise GraderError for what the parts have decided already."""
    if len(submissions) == 1:
        raise GraderError(
            "There is nothing to merge.",
            "Name the folders of all parts: grader class merge ../part1 ../part2 --to ../points. "
            "A folder of submissions that is called merge is ./merge.",
        )
    if any(other not in (None, "1/1") for other in others):
        raise GraderError(
            "To merge, the exercises, the roster, the dates and the part are those of the parts.",
            "Leave these options out, and --engine: nothing is graded. --to, --into, --column and "
            "--names stay.",
        )


def _tell(console: "Console", report: "ClassReport", to: Path, filled: "Filled | None") -> None:
    """What came of it: figures, then what a teacher has to look at, each in one sentence."""
    from grader.reports import harmless

    def say(line: str) -> None:
        console.print(harmless.plain(line), markup=False, soft_wrap=True)

    graded = [learner for learner in report.learners if learner.state == "graded"]
    answers = sum(len(learner.answers) for learner in report.learners)
    say(
        f"{len(graded)} of {count(len(report.learners), 'learner')} graded, "
        f"{count(answers, 'answer')}. {to}/class.html shows the class, {to}/points.csv its points."
    )
    if report.isolation != "sandbox":
        say(f"The isolation was {report.isolation!r}: the answers could reach this machine.")
    open_ones = [learner for learner in report.learners if learner.state == "not graded"]
    _list(say, "Not graded", [f"{each.id}: {each.problem}" for each in open_ones])
    absent = [each.id for each in report.learners if each.state == "nothing handed in"]
    _list(say, "In the roster, and nothing handed in", absent)
    strays = [each.id for each in report.learners if each.is_in_roster is False]
    _list(say, "Graded, and not in the roster", strays)
    timeless = [
        each.id
        for each in report.learners
        if report.due and each.days_late is None and each.state != "nothing handed in"
    ]
    _list(say, "Nothing says when these were handed in", timeless)
    if filled is not None:
        say(f"{count(filled.rows, 'row')} of the table filled.")
        _list(say, "Not in the table", filled.without_row)
        if filled.without_learner:
            say(f"{count(filled.without_learner, 'row')} of the table left as they were.")


def _list(say: Callable[[str], None], what: str, names: list[str]) -> None:
    if names:
        say(f"{what} ({len(names)}):")
        for name in names[:MOST_NAMED]:
            say(f"  {name}")
        if len(names) > MOST_NAMED:
            say(f"  and {len(names) - MOST_NAMED} more: points.csv has them all")


credential = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode="markdown")
app.add_typer(
    credential,
    name="credential",
    rich_help_panel="For teachers",
    help="Make the key that `grader class --credentials` signs with, and check what it has "
    "signed.\n\nExample: `grader credential verify ada.json --key credential.pub`",
)


@credential.command("key")
def make_key(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the two files go.")],
) -> None:
    """Make a key pair: the private key signs, the public one is for everybody.

    Example: `grader credential key ~/keys`
    """
    from grader.commands.credentials import keys

    private, public = keys.make(folder)
    print(f"{private} signs: keep it to yourself, and out of every repository.")
    print(f"{public} checks: give it to whoever wants to.")


@credential.command("verify")
def verify_credential(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What a learner was given.")],
    key: Annotated[Path, typer.Option(metavar="PUB", help="The public key of who issued it.")],
) -> None:
    """Say whether a credential is genuine and valid now: with 0 when it is, else with 1.

    Nothing is asked of any other machine.

    Example: `grader credential verify ada.json --key credential.pub`
    """
    from grader.commands.credentials import issuing, keys
    from grader.reports import harmless

    document = issuing.read(file)
    if why := issuing.problem(document, keys.public(key)):
        print(harmless.line(f"{file} is not valid: {why}."))
        raise typer.Exit(FAILED)
    print(harmless.line(f"{file} is genuine. {issuing.summary(document)}"))
