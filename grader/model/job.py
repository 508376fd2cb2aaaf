"""What a parent sends to a child: one answer, and how to grade it."""

from dataclasses import dataclass

from grader.model.endings import EXERCISE_REAL_SECONDS, GUARD_SECONDS
from grader.model.report import Isolation

UNTOLD = 70
"""Exit code of a child in which the grader itself failed, before all was told."""
MESSAGE_BYTES = 16
"""Length of a request to a warm server: a letter and a number."""


@dataclass(frozen=True)
class Crowd:
    """Visitors who all send `request`, which exercise.toml has, `gap` seconds apart.

    They come once for each of `counts`, each time to an app that has just started. `failing` is a
    given function of the answer that raises when its time is over, or nothing.
    """

    request: str
    counts: tuple[int, ...]
    gap: float = 0.0
    failing: str = ""


@dataclass(frozen=True)
class Job:
    """One answer to one exercise.

    `shown` is the path that messages name. `keep_spans` asks for the timeline of passed tests
    too. `examined` asks for the circumstances of course/circumstances.py. `ties` is the seed by
    which what is due at the same moment comes; None is the order in which it was asked for.
    `home` is the child's folder, which the parent makes and removes. `guard_seconds` and
    `real_seconds` are limits of model/endings.py, of a test and of all. `key` signs the child's
    events. Tests that an earlier child has `done`, some of which `failed`, are not run again. With
    a `seed` the suite draws the same inputs each time: then the same answer gets the same report,
    unless one of its threads blocks where no clock sees it. `judged`: it is graded already, and a
    judge outside runs these again. `own`: its author grades it, so it runs as this user, and is
    judged once all of it passes.
    """

    suite: str
    name: str
    shown: str
    data: bytes
    clock: str
    keep_spans: bool
    examined: bool = False
    ties: int | None = None
    home: str = ""
    guard_seconds: float = GUARD_SECONDS
    isolation: Isolation = "process"
    key: bytes = b""
    real_seconds: float = EXERCISE_REAL_SECONDS
    done: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    seed: bytes = b""
    judged: tuple[str, ...] = ()
    crowd: Crowd | None = None
    own: bool = False
