"""Checks that a suite makes of streams, WebSockets, jobs, transactions and an app's stop."""

from typing import Annotated, Literal

from pydantic import Field

from grader.model.spans import Count, Few, Line, Model, Moment, Outcome, Text


class FailedCheck(Model):
    """A check of the suite that did not hold: what was expected, and what was found.

    `diagnosis` is one of the course's own, which the suite says that it comes down to.
    """

    expected: Text
    actual: Text
    diagnosis: Text = ""


class OutcomeCheck(FailedCheck):
    """What became of one call, `name`, where `wanted` was to; `at` is when it ended, if it did.

    `lost`: it never ended, because Python tidied its task away.
    """

    kind: Literal["outcome"] = "outcome"
    name: Text
    outcome: Outcome | Literal["lost"]
    wanted: Outcome
    at: Moment | None = None
    line: Line | None = None


class ShutdownCheck(FailedCheck):
    """How long the app took to stop; `instead` are figures that say something."""

    kind: Literal["shutdown"] = "shutdown"
    expected_seconds: Moment
    actual_seconds: Moment
    start: Moment
    end: Moment
    instead: Annotated[dict[str, Moment], Few] = Field(default_factory=dict)


class HalfDoneCheck(FailedCheck):
    """What is to happen as a whole or not at all has happened by half, or as the other of the two.

    `was` is how it was before, and `wanted` how it would be as a whole; `other`: it holds what is
    in neither of the two.
    """

    kind: Literal["half_done"] = "half_done"
    was: Text
    wanted: Text
    other: bool = False
    line: Line | None = None


class ReadAheadCheck(FailedCheck):
    """So many pieces of `name` were fetched `ahead` of their reader, where `allowed` may be."""

    kind: Literal["read_ahead"] = "read_ahead"
    name: Text
    ahead: Count
    allowed: Count
    line: Line | None = None


class UnboundedCheck(FailedCheck):
    """So many of `name` were `waiting` for one receiver, where `allowed` may."""

    kind: Literal["unbounded"] = "unbounded"
    name: Text
    waiting: Count
    allowed: Count
    line: Line | None = None


class RefusedCheck(FailedCheck):
    """A WebSocket that the app did not accept; `status` is that of its response."""

    kind: Literal["refused"] = "refused"
    name: Text
    status: Count


class LogCheck(FailedCheck):
    """How many lines of the log tell of `error`, which one is to tell of; `line` wrote the last.

    `level`: none does from WARNING on, but one of this level.
    """

    kind: Literal["log"] = "log"
    error: Text
    told: Count
    level: Text = ""
    line: Line | None = None


class RateCheck(FailedCheck):
    """How many calls began within some `stretch_seconds`: `most` of them, where `allowed` may.

    Those `most` began between `start` and `end`.
    """

    kind: Literal["rate"] = "rate"
    name: Text
    most: Count
    allowed: Count
    stretch_seconds: Moment
    start: Moment
    end: Moment
    line: Line | None = None


class SharedCancelCheck(FailedCheck):
    """Callers who were cancelled though nobody cancelled them: `others`, where `gone` left."""

    kind: Literal["shared_cancel"] = "shared_cancel"
    name: Text
    gone: Count
    others: Count


class OutlivedCheck(FailedCheck):
    """A call that went on when the response `status` had left, at `left`; till `end`, or still.

    A `status` of 0: no response, its visitor had left.
    """

    kind: Literal["outlived"] = "outlived"
    name: Text
    status: Count
    left: Moment
    end: Moment | None = None
    line: Line | None = None


class VerdictCheck(FailedCheck):
    """What the answer's own tests say of a program that does something, `program`, rightly or not.

    `test` is the one of them that ended with an exception, at `line`, and `said` is that exception,
    which counts as a rejection when it `is_assertion`.
    """

    kind: Literal["verdict"] = "verdict"
    program: Text
    is_right: bool
    test: Text = ""
    said: Text = ""
    is_assertion: bool = False
    line: Line | None = None
