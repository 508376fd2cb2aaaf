"""What the app answered, as a suite reads it."""

from typing import Any

import httpx

from grader.model.evidence import ValueCheck
from grader.suite.checks import CheckFailed
from grader.trace.visits import Visit
from grader.wording import short

CONTENT_TYPE = "header content-type"
"""The path of a check that looks at it."""


class Reply(httpx.Response):
    """What the app answered; a body that is not JSON fails the test.

    `asked` is the request that it answers, and `visit` its number. `strict`: a body of JSON that
    says it is something else fails the test too.
    """

    asked: Visit | None = None
    strict = False

    @property
    def visit(self) -> int | None:
        return None if self.asked is None else self.asked.number

    def json(self, **kwargs: Any) -> Any:
        """The body as JSON. Raises CheckFailed of kind `value`."""
        kind = self.headers.get("content-type", "no content type")
        if self.strict and "json" not in kind:
            raise CheckFailed(
                ValueCheck(expected="application/json", actual=kind, path=CONTENT_TYPE)
            )
        try:
            value = super().json(**kwargs)
        except ValueError:
            body = f"the text {short(self.text, 60)}" if self.content else "no body at all"
            raise CheckFailed(
                ValueCheck(expected="a body of JSON", actual=body, how="body"), visit=self.visit
            ) from None
        if self.asked is not None:
            self.asked.read.append(value)
        return value
