"""What the commands share: the application, their options, a bar while they grade."""

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from grader.course import folders
from grader.model.errors import GraderError
from grader.wording import count

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from grader.course.exercises import Course, Exercise
    from grader.model.report import Isolation


class Group(TyperGroup):
    """Its help has no `<bool>` beside a flag, as typer 0.29 has it: a flag takes nothing."""

    def get_params(self, ctx: Any) -> Any:
        return _take_nothing(super().get_params(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        command = super().get_command(ctx, cmd_name)
        if command is not None:
            _take_nothing(command.get_params(ctx))
        return command


def _take_nothing(params: list[Any]) -> list[Any]:
    for param in params:
        if getattr(param, "is_flag", False):
            param.metavar = ""
    return params


app = typer.Typer(
    cls=Group,
    add_completion=True,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def complete_id(incomplete: str) -> list[tuple[str, str]]:
    """The exercises whose slug or number begins so, with their titles: for the shell.

    Of a list like `01-08,check` the last one is completed.
    """
    before, comma, begun = incomplete.rpartition(",")
    try:
        titles = folders.titles(folders.find_root(Path.cwd()))
    except GraderError:
        return []
    if not begun[:1].isdigit():
        titles = {folder.partition("_")[2]: title for folder, title in titles.items()}
    # An apostrophe would be lost on the way through zsh.
    return [
        (f"{before}{comma}{name}", title.replace("'", "’"))  # noqa: RUF001
        for name, title in titles.items()
        if name.startswith(begun)
    ]


IDS = Annotated[
    list[str] | None,
    typer.Argument(
        autocompletion=complete_id,
        help="`checkout`, `06`, `6`, `06_checkout`, or a list like `01-08,checkout`; "
        "all of them without it.",
    ),
]
ID = Annotated[
    str | None,
    typer.Argument(
        autocompletion=complete_id,
        help="`checkout`, `06`, `6` or `06_checkout`; without it, the first that is not passed.",
        show_default=False,
    ),
]
EXERCISES = Annotated[
    str | None,
    typer.Option(
        autocompletion=complete_id, help="For instance `01-08,checkout`; all of them without it."
    ),
]
JOBS = Annotated[int | None, typer.Option(min=1, help="Answers graded side by side.")]
ANSWERS = Annotated[
    Path | None, typer.Option(help="Folder laid out as `exercises/`.", show_default=False)
]
CLOCK = Annotated[
    Literal["virtual", "real"], typer.Option(help="The clock that durations are measured on.")
]
ISOLATION = Annotated[
    Literal["process", "sandbox"],
    typer.Option(help="`process` for your own answers, `sandbox` for other people's."),
]
Best = Literal["process", "sandbox", "best"]
BEST = Annotated[
    Best,
    typer.Option(
        help="`process` for your own answers, `sandbox` for other people's; `best` is the sandbox "
        "where this machine has it, else `process`.",
    ),
]


ORDER = Annotated[
    int | None,
    typer.Option(
        metavar="SEED",
        help="Let what is due at the same moment come in an order of its own for each SEED.",
        show_default=False,
    ),
]
LEVEL = Annotated[
    Literal["beginner", "advanced"] | None,
    typer.Option(help="Only the exercises of that level.", show_default=False),
]


def level_of(wanted: Best) -> "Isolation":
    """The level that is meant; `best` is what this machine has."""
    from grader import isolation

    return isolation.strongest() if wanted == "best" else wanted


def here() -> "Course":
    """The course that the current folder lies in. Raises GraderError."""
    from grader.course import exercises as course

    return course.around(Path.cwd())


def at_home() -> "Course":
    """The course here, when it is a whole one: for authors. Raises GraderError."""
    found = here()
    if found.home is not None:
        raise GraderError(
            f"{found.home} holds a learner's files, and no course of its own.",
            "Run this in a clone of the course, or make one: grader course new",
        )
    return found


def one(name: str | None) -> "Exercise":
    """The exercise of that name in the course here; without one, the first that is not passed.

    Raises GraderError, also for a name of several.
    """
    if name is None:
        return _unfinished()
    found = here().select([name])
    if len(found) != 1:
        raise GraderError(
            f"{name!r} names {count(len(found), 'exercise')}, and this command takes one.",
            f"Name one of them, for instance {found[0].slug}.",
        )
    return found[0]


def _unfinished() -> "Exercise":
    """The first exercise that is not passed. Raises GraderError when there is none."""
    from grader.course import stubs
    from grader.parent import session

    found = here()
    for exercise in found.exercises:
        if stubs.is_original(exercise) or not session.grade(found, (exercise,), own=True).passed:
            return exercise
    raise GraderError("Every exercise has passed.", "Name one, for instance: checkout.")


def make_console(stderr: bool = False) -> "Console":
    """The terminal as the commands print to it: no escape code at all under NO_COLOR."""
    from rich.console import Console

    plain = bool(os.environ.get("NO_COLOR"))
    return Console(stderr=stderr, highlight=False, color_system=None if plain else "auto")


def progress(quiet: bool) -> "Progress":
    """A bar on the terminal, for as long as it takes."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = make_console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    disabled = quiet or not console.is_terminal or console.color_system is None
    return Progress(*columns, console=console, transient=True, disable=disabled)


def check_writable(output: Path | None) -> None:
    """Find out before the work is done, and leave no old report there. Raises GraderError."""
    if output is None:
        return
    if output.suffix == ".py":
        raise GraderError(
            f"{output} is the name of a program: a report there could replace an answer.",
            "Name another file, for instance report.html.",
        )
    try:
        with output.open("a", encoding="utf-8"):
            pass
        place = Path(os.path.realpath(output))
        if place.is_file():
            # What cannot be graded must not seem to have the points of an earlier time.
            with contextlib.suppress(PermissionError):
                place.unlink()
            if place.exists():
                place.write_bytes(b"")
    except OSError as error:
        raise GraderError(
            f"The report cannot be written to {output}: {error.strerror}.",
            "Name a file in a folder that exists and that you may write to.",
        ) from None
