"""What suite authors use: the fixtures' classes and the checks.

Fixtures (plugin.py makes them): `answer`, `client`, `clock`, `fake`, `upstream`,
`database`, `trace`. Checks: `same`, `status`, `expect`, `at_least`.
"""

from grader.suite.checks import CheckFailed, expect, same, status, token

__all__ = ["CheckFailed", "expect", "same", "status", "token"]
