"""What suite authors use: the fixtures' classes and the checks.

Fixtures (plugin.py makes them): `answer`, `client`, `clock`, `fake`, `upstream`,
`database`, `pools`, `trace`, `start`, `logs`, `tidy`, `trial`. Checks: `same`, `status`, `called`,
`at_most`, `at_most_in`, `heard`, `nothing_left`, `none_outlived`, `not_hidden`, `unharmed`,
`ended`, `whole`, `not_ahead`, `bounded`, and `expect` for what they do not cover.
"""

from grader.suite.calls import at_most_in, heard, none_outlived, unharmed
from grader.suite.checks import (
    CheckFailed,
    SuiteError,
    at_most,
    bounded,
    called,
    ended,
    expect,
    not_ahead,
    not_hidden,
    nothing_left,
    same,
    status,
    token,
    whole,
)
from grader.suite.upstream import reply
from grader.trace.circumstance import counted
from grader.wording import count

__all__ = [
    "CheckFailed",
    "SuiteError",
    "at_most",
    "at_most_in",
    "bounded",
    "called",
    "count",
    "counted",
    "ended",
    "expect",
    "heard",
    "none_outlived",
    "not_ahead",
    "not_hidden",
    "nothing_left",
    "reply",
    "same",
    "status",
    "token",
    "unharmed",
    "whole",
]
