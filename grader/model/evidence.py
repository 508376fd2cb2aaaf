"""What a test observed, as raw facts; the diagnosis makes a Failure of it.

All seconds are virtual unless the name says `real`.
"""

from typing import Annotated, Literal

from pydantic import Field

from grader.model.spans import MAX_COUNT, Line, Model, Moment, Span

Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]


class FailedCheck(Model):
    """A check of the suite that did not hold: what was expected, and what was found."""

    expected: str
    actual: str


class TimeCheck(FailedCheck):
    """A duration; `instead` are figures that say something: `{"one_by_one": 1.5}`.

    `what` came then, as in `take_payment began`; without it, the response did.
    """

    kind: Literal["time"] = "time"
    expected_seconds: Moment
    actual_seconds: Moment
    start: Moment
    end: Moment
    instead: dict[str, Moment] = Field(default_factory=dict)
    what: str = ""


class ValueCheck(FailedCheck):
    """A value; `path` leads to it in a body, and `how` says in what it differs."""

    kind: Literal["value"] = "value"
    path: str = ""
    how: Literal["value", "type", "missing", "extra", "length", "coroutine", "body", ""] = ""


class StatusCheck(FailedCheck):
    """A response's status code."""

    kind: Literal["status"] = "status"
    status: Count


class NameCheck(FailedCheck):
    """A name that the file does not have; `close` is one that it has."""

    kind: Literal["missing_name"] = "missing_name"
    name: str = "app"
    close: str | None = None


class CallsCheck(FailedCheck):
    """How often a function ran; `others` of its calls had other arguments than the wanted."""

    kind: Literal["not_called", "called_too_often"]
    name: str
    ran: Count = 0
    times: Count | str | None = None
    others: Count = 0
    line: Line | None = None


class ArgumentsCheck(FailedCheck):
    """What a function was called with."""

    kind: Literal["arguments"] = "arguments"
    name: str
    argument: str = ""
    wanted: str = ""
    got: str = ""
    line: Line | None = None


class PeakCheck(FailedCheck):
    """How many ran at once: `most` of them, where `allowed` may or can."""

    kind: Literal["peak"] = "peak"
    most: Count
    allowed: Count
    name: str = ""
    line: Line | None = None


class LeftOpenCheck(FailedCheck):
    """Something that was still open or `running` at the end."""

    kind: Literal["left_open"] = "left_open"
    line: Line | None = None
    running: bool = False


class HiddenCheck(FailedCheck):
    """Work failed, and the response does not say so; `name` is the function that failed."""

    kind: Literal["failure_hidden"] = "failure_hidden"
    name: str = ""
    line: Line | None = None


class CancelCheck(FailedCheck):
    """A request that goes on though it was cancelled."""

    kind: Literal["cancel"] = "cancel"
    name: str = ""
    line: Line | None = None


class ReplacedCheck(FailedCheck):
    """Something that the verdict relies on was replaced while the test ran."""

    kind: Literal["replaced"] = "replaced"
    name: str


Check = Annotated[
    TimeCheck
    | ValueCheck
    | StatusCheck
    | NameCheck
    | CallsCheck
    | ArgumentsCheck
    | PeakCheck
    | LeftOpenCheck
    | HiddenCheck
    | CancelCheck
    | ReplacedCheck,
    Field(discriminator="kind"),
]
"""What a suite can check: one model for each kind, so that a rule can rely on its fields."""


class Problem(Model):
    """An exception, told through the learner's own frames; `on_loop` says that none of its
    frames lies in a worker thread."""

    type: str
    message: str
    line: Line | None = None
    call: str = ""
    on_loop: bool = False


WaitKind = Literal["call", "condition", "event", "lock", "queue", "result", "sleep", "work"]


class Waiting(Model):
    """A task or thread that stood still when a deadlock was found."""

    name: str
    kind: WaitKind
    waits_for: str
    line: Line | None = None
    stack: list[str] = Field(default_factory=list)


class Leftover(Model):
    """A client or session still open, or a task or thread `running`, that should have ended."""

    what: str
    line: Line | None = None
    running: bool = False


class Computing(Model):
    """A stretch in which the answer's code computed and gave the event loop no turn.

    `at` is the moment on the test's clock; `on_clock` says whether that clock counted it.
    """

    line: Line
    real_seconds: Moment
    at: Moment
    on_clock: bool = False


class Spin(Model):
    """The loop in which a test's time ran out: the clock that it asks, and has it an `await`."""

    asks: str = ""
    awaits: bool = False


class Unanswered(Model):
    """A request that the framework turned away: none of the answer's endpoints has seen it.

    `has` are routes that the app does have, such as `GET /orders`; only the one that was
    probably meant when `close`. Of a 422, `place`, `name` and `said` tell what did not fit.
    """

    method: str
    path: str
    status: Count
    routes: Count = 0
    has: list[str] = Field(default_factory=list)
    close: bool = False
    place: str = ""
    name: str = ""
    said: str = ""
    line: Line | None = None


class Evidence(Model):
    """What one failed test observed; `blocked` is how long calls held the loop, all told;
    `background` names the functions that may run on after a response; `answered` has the
    statuses of the responses, each with the line of an endpoint that gave it; `unsent` is work
    for the background that no response took along."""

    check: Check | None = None
    error: Problem | None = None
    server_errors: list[Problem] = Field(default_factory=list)
    spans: list[Span] = Field(default_factory=list)
    unawaited: list[Leftover] = Field(default_factory=list)
    unsent: list[Leftover] = Field(default_factory=list)
    leftovers: list[Leftover] = Field(default_factory=list)
    waiting: list[Waiting] = Field(default_factory=list)
    lost: list[Problem] = Field(default_factory=list)
    refused: list[str] = Field(default_factory=list)
    unanswered: Unanswered | None = None
    answered: dict[Count, Line | None] = Field(default_factory=dict)
    computing: list[Computing] = Field(default_factory=list)
    spin: Spin | None = None
    stalls: list[Line] = Field(default_factory=list)
    blocked: Moment = 0.0
    background: list[str] = Field(default_factory=list)
    under: str = Field(default="", max_length=200)
