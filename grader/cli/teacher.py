"""Commands for teachers: export."""

import re
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import EXERCISES, app, here
from grader.commands.export.platforms import Platform
from grader.wording import count

NEXT = {
    Platform.actions: "Push it to GitHub as a template repository; its workflow grades each push.",
    Platform.classroom: "Push it to GitHub as a template repository; its workflow grades each "
    "push and reports the points.",
    Platform.classroom50: "Make starter/ the template repository, and put autograders/ into your "
    "classroom's folder of the configuration repository.",
    Platform.gradescope: "Give starter/ to the class, and upload autograder.zip to the assignment.",
}


@app.command(rich_help_panel="For teachers")
def export(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or empty folder, or an earlier export.")
    ],
    exercises: EXERCISES = None,
    platform: Annotated[
        Platform, typer.Option("--for", help="Where the points should arrive.")
    ] = Platform.classroom,
) -> None:
    """Write a starter for a class: stubs, lessons and the grader, without any solution.

    `classroom` is GitHub Actions with the points reporter that GitHub Classroom used;
    `actions` is the same without it. An earlier export is brought up to date, unless
    somebody has worked in it.

    Example: `grader export ../week1 --exercises 01-08,checkout --for actions`
    """
    from grader.commands.export import contents, handout

    found = here()
    selection = found.select([exercises] if exercises is not None else [])
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "assignment"
    files = contents.files(found, selection, platform, name)
    handout.hand_out(files, folder, found.root)
    typer.echo(f"{folder}: {count(len(selection), 'exercise')}, {count(len(files), 'file')}.")
    typer.echo(NEXT[platform])
