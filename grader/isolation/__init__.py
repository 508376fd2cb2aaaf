"""The levels that keep an answer from the machine, and which of them this machine has.

`process` is for one's own answers, `sandbox` for other people's. Nothing ever falls back
from one to the other.
"""

import functools
from dataclasses import dataclass

from grader.isolation import bubblewrap
from grader.model.errors import GraderError
from grader.model.report import Isolation
from grader.system import HAS_POSIX


@dataclass(frozen=True)
class Level:
    """One level of isolation on this machine: can it be had, and what does it give, or why not."""

    name: Isolation
    available: bool
    sentence: str


def probe() -> tuple[Level, ...]:
    """The levels, weakest first. The sandbox is really started once, in about 0.2 real seconds."""
    return (_process(), _sandbox())


def strongest() -> Isolation:
    """The sandbox where it can be had, else a process: for who grades others' answers anywhere."""
    return "sandbox" if _sandbox().available else "process"


def require(level: Isolation) -> None:
    """Raises GraderError when `level` cannot be had here."""
    found = _sandbox() if level == "sandbox" else _process()
    if not found.available:
        raise GraderError(
            f"The isolation {level!r} cannot be had here: {found.sentence}",
            "Choose --isolation process for answers that you trust, "
            "or grade on a machine that has it.",
        )


def _process() -> Level:
    if not HAS_POSIX:
        sentence = "a process and a folder of its own, no variables of yours, and no limits, "
        return Level("process", True, f"{sentence}for this system has none; for your own answers.")
    sentence = "a session, a folder and limits of its own, no variables of yours; "
    return Level("process", True, f"{sentence}for your own answers.")


@functools.cache
def _sandbox() -> Level:
    problem = bubblewrap.problem()
    sentence = "bubblewrap: no network, nothing to write to, no other process to see; "
    sentence += "for other people's answers."
    return Level("sandbox", problem is None, problem or sentence)
