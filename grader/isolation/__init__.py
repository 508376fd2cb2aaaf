"""How an answer is kept apart from the machine: the levels, and which of them can be had here.

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
        sentence += "for this system has none; for your own answers."
        return Level("process", True, sentence)
    return Level(
        "process",
        True,
        "a session, a folder and limits of its own, no variables of yours; for your own answers.",
    )


@functools.cache
def _sandbox() -> Level:
    problem = bubblewrap.problem()
    if problem is not None:
        return Level("sandbox", False, problem)
    return Level(
        "sandbox",
        True,
        "bubblewrap: no network, nothing to write to, no other process to see; "
        "for other people's answers.",
    )
