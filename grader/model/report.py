"""The one data model: what a child observes, and what a report says.

Evidence is what a test observed, as raw facts; a Failure is what the diagnosis
makes of it. All seconds are virtual unless the name says `real`.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Outcome = Literal["done", "failed", "cancelled", "running", "unawaited"]
Lane = Literal["loop", "thread", "upstream", "database"]
Kind = Literal["request", "coroutine", "call", "sleep", "upstream", "query", "job"]
TestStatus = Literal["passed", "failed", "skipped"]
ExerciseStatus = Literal[
    "passed", "failed", "not_started", "broken", "missing", "crashed", "timed_out", "refused"
]
Level = Literal["beginner", "advanced"]
ClockName = Literal["virtual", "real"]
Isolation = Literal["none", "process", "sandbox"]


class Model(BaseModel):
    """Frozen, and strict about unknown fields and about numbers that are none."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )


class Span(Model):
    """One stretch of time; `line` is the learner's own.

    `count` equal ones ran side by side, and `repeat` such stretches followed one another,
    with `gap` seconds between them.
    """

    label: str
    line: int | None = None
    start: float
    end: float
    outcome: Outcome = "done"
    lane: Lane = "loop"
    kind: Kind = "call"
    count: int = 1
    repeat: int = 1
    gap: float = 0.0
    blocking: bool = False

    @property
    def name(self) -> str:
        """The label without its arguments."""
        return self.label.partition("(")[0].strip()

    @property
    def times(self) -> int:
        return self.count * self.repeat

    @property
    def each(self) -> float:
        """Seconds that a single one took."""
        return (self.end - self.start - self.gap * (self.repeat - 1)) / self.repeat


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


class Waiting(Model):
    """A task or thread that stood still when a deadlock was found."""

    name: str
    waits_for: str
    line: int | None = None
    stack: list[str] = Field(default_factory=list)


class Leftover(Model):
    """Something that was still open or running when it should have ended."""

    what: str
    line: int | None = None


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


class Failure(Model):
    """Why a test failed: the fact, the reason, the next step."""

    expected: str
    actual: str
    diagnosis: str
    why: str
    next: str
    file: str
    line: int | None = None


class TestResult(Model):
    """One test's verdict; `printed` is what the answer printed while it failed, cut at 64 kB."""

    __test__ = False

    id: str
    title: str
    status: TestStatus
    points: int
    max_points: int
    seconds: float | None = None
    failure: Failure | None = None
    printed: str = ""
    timeline: list[Span] = Field(default_factory=list)


class ExerciseResult(Model):
    """One exercise's verdict; `problem` is the sentence for what is neither passed nor failed.

    `flags` says, for a teacher, what an answer tried that no answer needs. `printed` is what
    an answer printed that could not be loaded, cut at 64 kB.
    """

    id: str
    number: int
    title: str
    level: Level
    status: ExerciseStatus
    points: int
    max_points: int
    real_seconds: float
    problem: str | None = None
    file: str = ""
    flags: list[str] = Field(default_factory=list)
    printed: str = ""
    tests: list[TestResult] = Field(default_factory=list)


class Report(Model):
    """The one report; every format is a rendering of it."""

    schema_name: Literal["awaitlings/report/1"] = Field(alias="schema")
    clock: ClockName
    python: str
    isolation: Isolation = "process"
    points: int
    max_points: int
    exercises: list[ExerciseResult]

    @property
    def passed(self) -> bool:
        return all(exercise.status == "passed" for exercise in self.exercises)
