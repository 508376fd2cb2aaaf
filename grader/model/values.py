"""What calls of given functions got and returned, where that tells more than what came of it."""

from grader.model.spans import Count, Line, Model, Text


class Whose(Model):
    """What the value at `path` is in truth: what that call returned, maybe for another request."""

    path: str
    call: str
    line: Line | None = None
    is_others: bool = False


class Given(Model):
    """What a call returned to the request that the check is about."""

    call: Text
    value: Text
    line: Line | None = None


class Altered(Model):
    """A text that the request `sent`, and that a call got in another spelling."""

    name: Text
    argument: Text
    got: Text
    sent: Text
    line: Line | None = None


class Misfit(Model):
    """An argument of another type than the given function's annotation says."""

    name: str
    argument: str
    got: str
    takes: str
    line: Line | None = None


class Shared(Model):
    """Calls that got what is not theirs: `others` of `times` calls got another request's value.

    `has_own`: these requests made a call with their own value, too. Without `others`, the `times`
    calls of one request all got the same.
    """

    name: str
    argument: str
    got: str
    line: Line | None = None
    times: Count = 0
    others: Count = 0
    has_own: bool = False
