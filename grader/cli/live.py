"""`grader live`: the learner's loop as a page in the browser."""

import sys
from dataclasses import replace
from typing import Annotated

import typer

from grader.cli.options import ISOLATION, LEVEL, app, complete_id, here, one


@app.command()
def live(
    id: Annotated[
        str | None,
        typer.Argument(
            autocompletion=complete_id, help="Opens this one; without it, the list of all."
        ),
    ] = None,
    level: LEVEL = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where it listens; 0 takes any free port.")
    ] = 0,
    open: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in your browser.")
    ] = True,
    isolation: ISOLATION = "process",
) -> None:
    """Show lesson, verdict and timeline as a page in the browser, new at every save.

    The page is for this machine alone: its address has a secret. Ctrl-C ends it.

    Example: `grader live checkout`
    """
    from grader.parent import children
    from grader.parent.runner import Runner

    found = here()
    start = one(id) if id is not None else None
    found.select([start.slug] if start is not None else [], level)  # raises for another level
    found = replace(found, exercises=found.select([], level))
    runner = Runner(isolation=isolation)
    children.start((exercise.suite for exercise in found.exercises), isolation)
    # Imported here, while the server warms up in its own process.
    from grader.commands.live.server import Live

    Live(found, start, runner, port, open and sys.stdout.isatty()).run()
