"""What the clock raises.

All are BaseExceptions, so that an answer's `except Exception` does not hide them.
"""


class Deadlock(BaseException):
    """Every participant waits, and nothing is left that could wake one of them."""


class Endless(BaseException):
    """The program was still going on after more virtual time than any exercise needs."""


class ClockClosed(SystemExit):
    """Ends a worker thread that still waited when its clock was closed.

    A SystemExit, because that ends a thread without a traceback.
    """
