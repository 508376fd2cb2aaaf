"""What a test observed, as raw facts; the diagnosis makes a Failure of it.

All seconds are virtual unless the name says `real`.
"""

from typing import Any, Literal

from pydantic import Field

from grader.model.spans import Model, Span


class Check(Model):
    """A check of the suite that did not hold.

    `kind` says which sort of check; `detail` has the numbers a diagnosis needs.
    """

    kind: str
    expected: str
    actual: str
    detail: dict[str, Any] = Field(default_factory=dict)


class Problem(Model):
    """An exception, told through the learner's own frames; `on_loop` says that none of its
    frames lies in a worker thread."""

    type: str
    message: str
    line: int | None = None
    call: str = ""
    on_loop: bool = False


WaitKind = Literal["call", "condition", "event", "lock", "queue", "result", "sleep", "work"]


class Waiting(Model):
    """A task or thread that stood still when a deadlock was found."""

    name: str
    kind: WaitKind
    waits_for: str
    line: int | None = None
    stack: list[str] = Field(default_factory=list)


class Leftover(Model):
    """A client or session still open, or a task or thread `running`, that should have ended."""

    what: str
    line: int | None = None
    running: bool = False


class Computing(Model):
    """A stretch in which the answer's code computed and gave the event loop no turn.

    `at` is the moment on the test's clock; `on_clock` says whether that clock counted it.
    """

    line: int
    real_seconds: float
    at: float
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
    status: int
    routes: int = 0
    has: list[str] = Field(default_factory=list)
    close: bool = False
    place: str = ""
    name: str = ""
    said: str = ""
    line: int | None = None


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
    answered: dict[int, int | None] = Field(default_factory=dict)
    computing: list[Computing] = Field(default_factory=list)
    spin: Spin | None = None
    stalls: list[int] = Field(default_factory=list)
    blocked: float = 0.0
    background: list[str] = Field(default_factory=list)
