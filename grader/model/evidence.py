"""What a test observed, as raw facts; the diagnosis makes a Failure of it.

All seconds are virtual unless the name says `real`.
"""

from typing import Annotated, Literal, get_args

from pydantic import Field

from grader.model.checks import (
    FailedCheck,
    HalfDoneCheck,
    LogCheck,
    OutcomeCheck,
    OutlivedCheck,
    RateCheck,
    ReadAheadCheck,
    RefusedCheck,
    SharedCancelCheck,
    ShutdownCheck,
    UnboundedCheck,
    VerdictCheck,
)
from grader.model.slips import Limit, Slip
from grader.model.spans import Count, Few, Line, Model, Moment, Spans, Text
from grader.model.stored import AtOnce, Stale, Stored, Taker, Unended, Unmet
from grader.model.values import Altered, Given, Misfit, Shared, Whose


class TimeCheck(FailedCheck):
    """A duration; `instead` are figures that say something: `{"one_by_one": 1.5}`.

    `what` came then, as in `take_payment began`; without it, the response did. `is_limit`: what it
    waits for would take longer, and is to be ended then.
    """

    kind: Literal["time"] = "time"
    expected_seconds: Moment
    actual_seconds: Moment
    start: Moment
    end: Moment
    instead: Annotated[dict[str, Moment], Few] = Field(default_factory=dict)
    what: Text = ""
    is_limit: bool = False


class ValueCheck(FailedCheck):
    """A value; `path` leads to it in a body, and `how` says in what it differs.

    `cause` is what the suite's author knows of it, in a sentence that is true of every answer that
    fails so, `step` what to do then, and `line` where the value came from. Of a list of another
    length, `missing` is an item that should be there, and `surplus` one that should not; where a
    key is missing, `surplus` are those that are there instead.
    """

    kind: Literal["value"] = "value"
    path: Text = ""
    cause: Text = ""
    step: Text = ""
    line: Line | None = None
    missing: Text = ""
    surplus: Text = ""
    how: Literal["value", "type", "missing", "extra", "length", "coroutine", "body", ""] = ""


class StatusCheck(FailedCheck):
    """A response's status code."""

    kind: Literal["status"] = "status"
    status: Count


class NameCheck(FailedCheck):
    """A name that the file does not have; `close` is one that it has, and `inside` a function
    that gives it a value at `line`."""

    kind: Literal["missing_name"] = "missing_name"
    name: Text = "app"
    close: Text | None = None
    inside: Text | None = None
    line: Line | None = None


SAME_CALL = "the same call again in the same request"
"""What a CallsCheck has met where a call that failed was repeated."""


class CallsCheck(FailedCheck):
    """How often a function ran; `others` of its calls had other arguments than the wanted; `kept`:
    instead of a call there was what an earlier one had raised."""

    kind: Literal["not_called", "called_too_often"]
    kept: bool = False
    name: Text
    ran: Count = 0
    times: Count | Text | None = None
    others: Count = 0
    line: Line | None = None


class ArgumentsCheck(FailedCheck):
    """What a function was called with."""

    kind: Literal["arguments"] = "arguments"
    name: Text
    argument: Text = ""
    wanted: Text = ""
    got: Text = ""
    line: Line | None = None


class PeakCheck(FailedCheck):
    """How many ran at once: `most` of them, where `allowed` may or can."""

    kind: Literal["peak"] = "peak"
    most: Count
    allowed: Count
    name: Text = ""
    line: Line | None = None


class LeftOpenCheck(FailedCheck):
    """Something that was still open or `running` at the end."""

    kind: Literal["left_open"] = "left_open"
    line: Line | None = None
    running: bool = False


class HiddenCheck(FailedCheck):
    """Work failed, and the response does not say so; `name` is the function that failed."""

    kind: Literal["failure_hidden"] = "failure_hidden"
    name: Text = ""
    line: Line | None = None


class CancelCheck(FailedCheck):
    """A request that goes on though it was cancelled."""

    kind: Literal["cancel"] = "cancel"
    name: Text = ""
    line: Line | None = None


class ReplacedCheck(FailedCheck):
    """Something that the verdict relies on was replaced while the test ran."""

    kind: Literal["replaced"] = "replaced"
    name: Text


Check = Annotated[
    TimeCheck
    | ValueCheck
    | StatusCheck
    | NameCheck
    | CallsCheck
    | ArgumentsCheck
    | PeakCheck
    | RateCheck
    | LeftOpenCheck
    | HiddenCheck
    | CancelCheck
    | OutcomeCheck
    | ShutdownCheck
    | RefusedCheck
    | HalfDoneCheck
    | ReadAheadCheck
    | UnboundedCheck
    | LogCheck
    | SharedCancelCheck
    | OutlivedCheck
    | VerdictCheck
    | ReplacedCheck,
    Field(discriminator="kind"),
]
"""What a suite can check: one model for each kind, so that a rule can rely on its fields."""
CHECKS: frozenset[str] = frozenset(
    kind
    for model in get_args(get_args(Check)[0])
    for kind in get_args(model.model_fields["kind"].annotation)
)
"""The kinds of them all."""


class Problem(Model):
    """An exception, told through the learner's own frames; `on_loop` says that none of its
    frames lies in a worker thread. `begun`: the response had begun when it came.

    `planted`: a stand-in raised it, by the suite's order, `visits` are the requests that ended
    with it, and `foreign` those of them that had not called that stand-in. `of_start`: it ended a
    task that the app's start had made, now or in a run before this one. `group` is the type
    of the exception group that holds it. `code` is the statement of the learner's in which it
    arose, `is_async` whether that stands in an `async def`, and `inside` the function outside
    the learner's file that raised it, if there is one. `close` is a name that was probably
    meant, and `has` are the names that the thing in question does have. Of a response that
    cannot be sent, `path` leads to the value at fault, and `got` shows it.
    `of_suite`: the exercise's own test is at fault. `misplaced` says of a parameter what it holds,
    where its annotation asks for something else.
    """

    type: Text
    message: Text
    line: Line | None = None
    call: Text = ""
    on_loop: bool = False
    begun: bool = False
    planted: bool = False
    foreign: list[Count] = Field(default_factory=list)
    of_start: bool = False
    of_suite: bool = False
    visits: list[Count] = Field(default_factory=list)
    group: str = ""
    code: str = ""
    is_async: bool = True
    inside: str = ""
    close: str = ""
    has: list[str] = Field(default_factory=list)
    path: str = ""
    got: str = ""
    misplaced: str = ""


WaitKind = Literal[
    "call", "condition", "event", "lock", "place", "queue", "result", "sleep", "work"
]


class Waiting(Model):
    """A task or thread that stood still when a deadlock was found."""

    name: Text
    kind: WaitKind
    waits_for: Text
    line: Line | None = None
    stack: Annotated[list[Text], Few] = Field(default_factory=list)


class Leftover(Model):
    """A client or session still open, or a task or thread `running`, that should have ended, or a
    coroutine that nothing awaited; `alone`: its call is a statement by itself."""

    what: Text
    line: Line | None = None
    running: bool = False
    alone: bool = False


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

    asks: Text = ""
    awaits: bool = False


class Unanswered(Model):
    """A request that the framework turned away: none of the answer's endpoints has seen it.

    `has` are routes that the app does have, such as `GET /orders`; only the one that was
    probably meant when `close`. Of a 422, `place`, `name` and `said` tell what did not fit.
    """

    method: Text
    path: Text
    status: Count
    routes: Count = 0
    has: Annotated[list[Text], Few] = Field(default_factory=list)
    close: bool = False
    place: Text = ""
    name: Text = ""
    said: Text = ""
    line: Line | None = None


class Visited(Model):
    """A request of the suite: its number, when it began and ended, and its status, 0 for none.

    `cancelled`: the app's task for it ended with a CancelledError, at `line`.
    """

    number: Count
    label: str
    start: Moment
    end: Moment | None = None
    status: Count = 0
    cancelled: bool = False
    line: Line | None = None


class Refusal(Model):
    """An HTTPException that the answer made; `because` is the exception that it handled there, and
    `names` are those that stand before that line, and in functions named there."""

    status: Count
    line: Line
    at: Moment = 0.0
    visit: Count | None = None
    because: str = ""
    said: str = ""
    because_line: Line | None = None
    names: Annotated[list[Text], Few] = Field(default_factory=list)
    planted: bool = False


class Over(Model):
    """A task that was cancelled, or one `of_start` that was over while the app was to go on.

    `names` are those in its function, and in functions of the answer that it names."""

    what: Text
    line: Line
    at: Moment
    cancelled: bool = False
    of_start: bool = False
    names: Annotated[list[Text], Few] = Field(default_factory=list)


class Evidence(Model):
    """What one failed test observed; `blocked` is how long calls held the loop, all told;
    `background` names the functions that may run on after a response; `answered` has the statuses
    of the responses, each with the line of an endpoint that gave it, and `returned` is that
    statement, where there is one of a success; `answered_at` is where the response was given in
    which a value stands that the check looked at; `unsent` is work for the background that no
    response took along; `cancelled` are tasks that were cancelled before they began, `tidied`
    those that Python took away while they waited, and `dead` are the exceptions with which tasks
    ended; `peaks` says of each function how many of its calls ran at once in a single request, at
    most; `left` are calls that still ran when their request was over, `held` connections that were
    not given back; `refused` are calls to what the exercise does not have; `about` is the visit
    whose response the check looked at, `falsy` the first empty value that a call returned to it,
    and `given` a False or the last value; `starting` says that the app's start was not over, and
    `up_at` when it was; `reached` is how far the clock had come when a program that went on and on
    was stopped; `app_ended`: the app has stopped by itself; `over` are tasks that had ended."""

    check: Check | None = None
    error: Problem | None = None
    reached: Moment | None = None
    starting: bool = False
    up_at: Moment | None = None
    server_errors: Annotated[list[Problem], Few] = Field(default_factory=list)
    spans: Spans = Field(default_factory=list)
    unawaited: Annotated[list[Leftover], Few] = Field(default_factory=list)
    unsent: Annotated[list[Leftover], Few] = Field(default_factory=list)
    leftovers: Annotated[list[Leftover], Few] = Field(default_factory=list)
    waiting: Annotated[list[Waiting], Few] = Field(default_factory=list)
    lost: Annotated[list[Problem], Few] = Field(default_factory=list)
    refused: Annotated[list[Leftover], Few] = Field(default_factory=list)
    unanswered: Unanswered | None = None
    answered: Annotated[dict[Count, Line | None], Few] = Field(default_factory=dict)
    returned: Text = ""
    answered_at: Line | None = None
    computing: Annotated[list[Computing], Few] = Field(default_factory=list)
    spin: Spin | None = None
    stalls: Annotated[list[Line], Few] = Field(default_factory=list)
    blocked: Moment = 0.0
    about: Count | None = None
    visits: Annotated[list[Visited], Few] = Field(default_factory=list)
    refusals: Annotated[list[Refusal], Few] = Field(default_factory=list)
    misfits: Annotated[list[Misfit], Few] = Field(default_factory=list)
    shared: Annotated[list[Shared], Few] = Field(default_factory=list)
    whose: Whose | None = None
    slips: Annotated[list[Slip], Few] = Field(default_factory=list)
    limits: Annotated[list[Limit], Few] = Field(default_factory=list)
    cancelled: Annotated[list[Leftover], Few] = Field(default_factory=list)
    tidied: Annotated[list[Leftover], Few] = Field(default_factory=list)
    peaks: Annotated[dict[str, Count], Few] = Field(default_factory=dict)
    held: Annotated[list[Leftover], Few] = Field(default_factory=list)
    left: Annotated[list[Leftover], Few] = Field(default_factory=list)
    stored: Annotated[list[Stored], Few] = Field(default_factory=list)
    stale: Stale | None = None
    at_once: AtOnce | None = None
    unmet: Annotated[list[Unmet], Few] = Field(default_factory=list)
    unended: Annotated[list[Unended], Few] = Field(default_factory=list)
    takers: Annotated[list[Taker], Few] = Field(default_factory=list)
    dead: Annotated[list[Problem], Few] = Field(default_factory=list)
    background: Annotated[list[Text], Few] = Field(default_factory=list)
    falsy: Given | None = None
    given: Given | None = None
    altered: Altered | None = None
    app_ended: bool = False
    over: Annotated[list[Over], Few] = Field(default_factory=list)
    circumstance: str = Field(default="", max_length=40)
    under: str = Field(default="", max_length=200)
