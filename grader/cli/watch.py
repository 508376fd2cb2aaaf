"""`grader watch`: the learner's loop."""

from dataclasses import replace
from typing import Annotated

import typer

from grader.cli.options import ISOLATION, LEVEL, app, complete_id, here, one


@app.command()
def watch(
    id: Annotated[
        str | None,
        typer.Argument(
            autocompletion=complete_id,
            help="Opens this one; without it, the first that is not passed.",
        ),
    ] = None,
    level: LEVEL = None,
    isolation: ISOLATION = "process",
) -> None:
    """Grade an exercise again at every save, and show what to do next.

    Keys: `n` next, `h` hint, `t` timeline, `l` list, `e` edit, `s` solution, `x` reset,
    `a` grade all, `?` help, `q` quit. Without a terminal it prints a line per verdict.

    Example: `grader watch checkout`
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
    from grader.commands.watch import keyboard
    from grader.commands.watch.lines import Lines
    from grader.commands.watch.loop import Loop

    loop = Loop if keyboard.can_be_used() else Lines
    loop(found, start, runner).run()
