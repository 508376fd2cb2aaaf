"""What an answer stored in its database, and who asked what before."""

from grader.model.spans import Count, Line, Model, Moment, Text


class Stored(Model):
    """A commit at `line`, for the request `visit`; `is_undone` says that it was a rollback.

    `is_alone`: no transaction was open, so the statement was stored by itself. `status` is that of
    the request's response, which had `left` before the commit, where it has a moment. `of_other` is
    the line of a statement in it that another request had run.
    """

    at: Moment
    line: Line | None = None
    visit: Count | None = None
    status: Count = 0
    is_alone: bool = False
    is_undone: bool = False
    left: Moment | None = None
    of_other: Line | None = None


class AtOnce(Model):
    """Line `second` used a connection to the database while line `first` did, in another task."""

    first: Line | None = None
    second: Line | None = None


class Unmet(Model):
    """An UPDATE at `line` that changed no row, for the request `visit`, which was answered with a
    `status` below 400."""

    line: Line
    visit: Count
    status: Count


class Stale(Model):
    """So many `requests` read at `line`, from `start` to `end`, and wrote later: the first one `at`
    that moment, at the line `write`. With `stored` they read after it, and before the line `commit`
    stored what it had written, at that moment."""

    requests: Count
    line: Line | None = None
    start: Moment
    end: Moment
    write: Line | None = None
    at: Moment
    commit: Line | None = None
    stored: Moment | None = None


class Unended(Model):
    """A transaction that `line` began, for a request `label` that is over, or none, and that
    nobody has ended."""

    line: Line
    label: Text = ""


class Taker(Model):
    """The parameter, or the decorator when `by_decorator`, at `line` by which the function `user`,
    or a dependency of it, takes what the generator `of` gives, which stands in the lines from
    `first` to `last`; `is_short`: it ends with the function, and not with the response."""

    line: Line
    of: Text
    first: Line
    last: Line
    user: Text
    is_short: bool = False
    by_decorator: bool = False
