"""One answer's way into a child: what is sent there.

The parent imports this module and never the child's: everything heavy waits there.
"""

from dataclasses import dataclass

from grader.model.endings import EXERCISE_REAL_SECONDS, GUARD_SECONDS
from grader.model.report import Isolation

UNTOLD = 70
"""Exit code of a child that ended before it had told all: not the answer but the grader failed."""
MESSAGE_BYTES = 16
"""Of what a server is asked: a letter and a number."""


@dataclass(frozen=True)
class Job:
    """One answer to one exercise.

    `shown` is the path that messages name; `keep_spans` asks for the timeline of passed
    tests too; `home` is the child's folder, which the parent makes and removes;
    `guard_seconds` ends a test or an import that computes without end; `key` seals the
    child's events; within `real_seconds` it should be through with all of its tests, but for
    those that an earlier child has `done`, some of which `failed`. An answer that is not
    `audited` may do what it likes: for tests of what lies behind.
    """

    suite: str
    name: str
    shown: str
    data: bytes
    clock: str
    keep_spans: bool
    home: str = ""
    guard_seconds: float = GUARD_SECONDS
    audited: bool = True
    isolation: Isolation = "process"
    key: bytes = b""
    real_seconds: float = EXERCISE_REAL_SECONDS
    done: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
