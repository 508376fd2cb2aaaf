"""One answer's way into a child: what is sent, and the door it goes through.

The parent imports this module and never the child's: everything heavy waits there.
"""

from dataclasses import dataclass
from multiprocessing.connection import Connection

GUARD_SECONDS = 10.0
"""Processor seconds after which an import or a test is ended: a guard, no verdict on speed."""
SUITES = "AWAITLINGS_SUITES"
"""The variable that tells a warm server which suites to collect."""


@dataclass(frozen=True)
class Job:
    """One answer to one exercise.

    `shown` is the path that messages name; `keep_spans` asks for the timeline of passed
    tests too; `home` is the child's folder, which the parent makes and removes;
    `guard_seconds` ends a test or an import that computes without end. An answer that is not
    `watched` may do what it likes: for tests of what lies behind.
    """

    suite: str
    name: str
    shown: str
    data: bytes
    clock: str
    keep_spans: bool
    home: str = ""
    guard_seconds: float = GUARD_SECONDS
    watched: bool = True


def enter(channel: Connection, job: Job) -> None:
    """A child's first function."""
    from grader.child import main

    main(channel, job)
