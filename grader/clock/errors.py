"""What the clock raises.

All are BaseExceptions, so that an answer's `except Exception` does not hide them.
"""

from grader.clock.stacks import Stack


class Stuck(BaseException):
    """A program that does not end; `tasks` and `threads` say who waits where."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.tasks: list[Stack] = []
        self.threads: list[Stack] = []


class Deadlock(Stuck):
    """Every participant waits, and nothing is left that could wake one of them."""


class Endless(Stuck):
    """The program was still going on after more virtual time than any exercise needs."""


class ClockClosed(SystemExit):
    """Ends a worker thread that still waited when its clock was closed.

    A SystemExit, because that ends a thread without a traceback.
    """
