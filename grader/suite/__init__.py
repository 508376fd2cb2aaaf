"""What suite authors use: the fixtures' classes and the checks.

Fixtures (plugin.py makes them): `answer`, `client`, `clock`, `fake`, `upstream`,
`database`, `trace`. Checks: `same`, `status`, `called`, `at_most`, `at_most_in`,
`nothing_left`, `none_outlived`, `not_hidden`, `unharmed`, and `expect` for what they do not cover.
"""

from grader.suite.checks import (
    CheckFailed,
    SuiteError,
    at_most,
    at_most_in,
    called,
    expect,
    none_outlived,
    not_hidden,
    nothing_left,
    same,
    status,
    token,
    unharmed,
)
from grader.suite.upstream import reply
from grader.trace.circumstance import counted
from grader.wording import count

__all__ = [
    "CheckFailed",
    "SuiteError",
    "at_most",
    "at_most_in",
    "called",
    "count",
    "counted",
    "expect",
    "none_outlived",
    "not_hidden",
    "nothing_left",
    "reply",
    "same",
    "status",
    "token",
    "unharmed",
]
