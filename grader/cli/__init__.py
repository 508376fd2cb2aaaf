"""The command line: arguments, exit codes, dispatch. No judgement.

Run `grader --help`, or `python -m grader --help`. A command imports what it needs when it
runs, for the shell starts all of this at each press of Tab.
"""

import io
import os
import sys
import traceback

from typer.models import CommandInfo

from grader.cli import (
    author,
    ci,
    classes,
    doctor,
    grading,
    home,
    learner,
    live,
    serve,
    teacher,
    watch,
)
from grader.cli.options import app, one
from grader.model.errors import BROKE, PASSED, UNUSABLE, GraderError

__all__ = [
    "app",
    "author",
    "ci",
    "classes",
    "doctor",
    "grading",
    "home",
    "learner",
    "live",
    "main",
    "serve",
    "teacher",
    "watch",
]

FIRST = (
    *("watch", "live", "run", "list", "lesson", "hint", "reset", "solution", "serve", "init"),
    "update",
)
"""What `grader --help` lists first: the learner's loop, in its order."""


def _name(command: CommandInfo) -> str:
    return str(command.name or getattr(command.callback, "__name__", ""))


def _place(command: CommandInfo) -> int:
    name = _name(command)
    return FIRST.index(name) if name in FIRST else len(FIRST)


app.registered_commands.sort(key=_place)


def main() -> None:
    """The console script: runs a command and turns errors into one sentence."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Python writes UTF-8 even where LC_ALL=C says that the terminal has ASCII only.
            plain = os.environ.get("LC_ALL") in ("C", "POSIX") and stream.isatty()
            stream.reconfigure(encoding="ascii" if plain else None, errors="replace")
    arguments = _with_timeline_value(sys.argv[1:])
    try:
        _check_command(arguments)
        app(arguments, prog_name="grader", standalone_mode=True)
    except GraderError as error:
        print(f"grader: {error.problem}\n{error.remedy}", file=sys.stderr)
        raise SystemExit(UNUSABLE) from None
    except BrokenPipeError:
        # The reader of our output has gone, as `| head` does.
        sys.stderr.close()
        raise SystemExit(PASSED) from None
    except Exception:
        traceback.print_exc()
        print(
            "grader: The grader itself has failed, which is not the answers' fault.\n"
            "Report it with the lines above.",
            file=sys.stderr,
        )
        raise SystemExit(BROKE) from None


def _check_command(arguments: list[str]) -> None:
    """Raise GraderError for `grader checkout`: an exercise stands where a command has to."""
    known = {*map(_name, app.registered_commands), *(g.name for g in app.registered_groups)}
    if not arguments or arguments[0].startswith("-") or arguments[0] in known:
        return
    try:
        exercise = one(arguments[0])
    except GraderError:
        return
    raise GraderError(
        f"{arguments[0]!r} is an exercise, and no command.",
        f"Did you mean: grader run {exercise.slug}",
    )


def _with_timeline_value(arguments: list[str]) -> list[str]:
    """`--timeline` alone means `--timeline short`."""
    result = []
    for index, argument in enumerate(arguments):
        result.append(argument)
        following = arguments[index + 1 : index + 2]
        if argument == "--timeline" and following not in (["short"], ["full"]):
            result.append("short")
    return result
