"""What calls of given functions returned, where that tells more than the value that came of it."""

from grader.model.spans import Line, Model, Text


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
