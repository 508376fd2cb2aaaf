"""The report: one exercise's verdicts, and why a test failed.

All seconds are virtual unless the name says `real`.
"""

from typing import Literal, get_args

from pydantic import Field

from grader.model.spans import Model, Orders, Span

TestStatus = Literal["passed", "failed", "skipped"]
ExerciseStatus = Literal[
    "passed", "failed", "not_started", "broken", "missing", "crashed", "timed_out", "refused"
]
Level = Literal["beginner", "advanced"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""In the order in which a course has them."""
ClockName = Literal["virtual", "real"]
Isolation = Literal["none", "process", "sandbox"]


class Failure(Model):
    """Why a test failed: the fact, the reason, the next step.

    `is_duration`: expected and actual are durations, and `fact` says in words what happened, where
    expected and actual alone do not; neither is in the JSON.
    """

    expected: str
    actual: str
    diagnosis: str
    why: str
    next: str
    file: str
    line: int | None = None
    is_duration: bool = Field(default=False, exclude=True)
    fact: str = Field(default="", exclude=True)


class TestResult(Model):
    """One test's verdict; `printed` is what the answer printed meanwhile, cut at 64 kB.

    `goal` is the moment at which what the test waited for should have been there; `orders` is what
    ended in another order than usual, where that made the test fail. Neither is in the JSON.
    """

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
    goal: float | None = Field(default=None, exclude=True)
    orders: Orders | None = Field(default=None, exclude=True)


class ExerciseResult(Model):
    """One exercise's verdict; `problem` is the sentence for what is neither passed nor failed.

    `flags` says, for a teacher, what an answer has or tried that hardly any needs, and of what a
    judge outside cannot tell. `printed` is what an answer printed that could not be loaded, cut at
    64 kB. `line` is where the problem lies, if it lies in one line. `is_suites_fault`: the suite
    cannot be run as it is, so that its author has to act. `is_graders_fault`: the grader or the
    machine has failed, so that this says nothing of the answer. `notes`: what passes and is not
    well. These are not in the JSON, nor is `chapter`.
    """

    id: str
    number: int
    title: str
    level: Level
    chapter: str = Field(default="", exclude=True)
    status: ExerciseStatus
    points: int
    max_points: int
    real_seconds: float
    problem: str | None = None
    line: int | None = Field(default=None, exclude=True)
    file: str = ""
    notes: list[str] = Field(default_factory=list, exclude=True)
    flags: list[str] = Field(default_factory=list)
    printed: str = ""
    is_suites_fault: bool = Field(default=False, exclude=True)
    is_graders_fault: bool = Field(default=False, exclude=True)
    tests: list[TestResult] = Field(default_factory=list)


class Report(Model):
    """The one report; every format is a rendering of it.

    `constraints` is the sha256 of the course's constraints.txt when the packages that graded are
    those of that file: two such reports were measured alike.
    """

    schema_name: Literal["awaitlings/report/1"] = Field(alias="schema")
    clock: ClockName
    python: str
    isolation: Isolation = "process"
    constraints: str | None = None
    points: int
    max_points: int
    exercises: list[ExerciseResult]

    @property
    def passed(self) -> bool:
        return all(exercise.status == "passed" for exercise in self.exercises)
