"""The report of a class: who has which points, and what was measured with.

Nothing here depends on the moment: the same answers and the same course give the same bytes.
"""

from typing import Literal

from pydantic import Field

from grader.model.report import ClockName, ExerciseStatus, Isolation, TestStatus
from grader.model.spans import Model

LearnerState = Literal["graded", "not graded", "nothing handed in"]
AnswerStatus = ExerciseStatus | Literal["not_graded"]


class ClassTest(Model):
    """One test of an exercise."""

    id: str
    title: str
    max_points: int


class ClassExercise(Model):
    """One exercise; `suite` is the digest of what its answers were tested with."""

    id: str
    number: int
    title: str
    max_points: int
    suite: str
    tests: list[ClassTest]


class ClassAnswer(Model):
    """One answer's verdict; `points` is None when it was not graded.

    `digest` is the sha256 of its bytes, empty where there are none; `verdict` names its file in
    `.verdicts/`. `tests` has each test's status, `diagnoses` that of each failure that has one.
    """

    exercise: str
    status: AnswerStatus
    points: int | None
    digest: str
    verdict: str
    reason: str
    flags: list[str] = Field(default_factory=list)
    tests: dict[str, TestStatus] = Field(default_factory=dict)
    diagnoses: dict[str, str] = Field(default_factory=dict)
    group: str = ""


class Learner(Model):
    """One learner of the roster, of the folder, or of both.

    `names` are all that they go by, the id among them. `problem` says why nothing was graded.
    `handed_in` is a time in ISO 8601, and `handed_in_by` whose clock that is. `days_late` and
    `after_late` are None where that is not known, or not asked. `github` has the digest of each
    file below `.github/`, `listed` what it was when it was handed out, as the learner's own
    list says; `handed_out` is what that comes to in words. `feedback` names the files in
    `feedback/`, without suffix; `feedback_of` is the digest of what they are made of.
    """

    id: str
    name: str = ""
    names: list[str] = Field(default_factory=list)
    section: str = ""
    state: LearnerState
    problem: str = ""
    is_in_roster: bool | None = None
    found_in: str = ""
    handed_in: str = ""
    handed_in_by: str = ""
    days_late: int | None = None
    after_late: float | None = None
    github: dict[str, str] = Field(default_factory=dict)
    listed: dict[str, str] = Field(default_factory=dict)
    handed_out: str = ""
    feedback: str = ""
    feedback_of: str = ""
    answers: list[ClassAnswer] = Field(default_factory=list)

    @property
    def points(self) -> int | None:
        """The total; None unless every answer was graded."""
        if self.state != "graded":
            return None
        earned = [answer.points for answer in self.answers]
        return None if None in earned else sum(filter(None, earned))


class Group(Model):
    """Answers that fail the same tests for the same reasons.

    `known` are the course's own wrong answers that do too, and `sentence` what is wrong about the
    first of them; without any, what its first diagnosis means. `fails` maps tests to diagnoses.
    `members` are learners; `example` is a verdict of one of them.
    """

    id: str
    exercise: str
    status: AnswerStatus
    known: list[str]
    sentence: str
    fails: dict[str, str]
    members: list[str]
    example: str


class ClassReport(Model):
    """A whole class, or one part of it: then `part` is 2 of `parts` 5.

    `grader` and `libraries` are digests of what graded, `constraints` that of the course's
    constraints.txt when the libraries are those of that file.
    """

    schema_name: Literal["awaitlings/class/1"] = Field(alias="schema")
    clock: ClockName = "virtual"
    isolation: Isolation
    python: str
    libraries: str
    grader: str
    constraints: str | None = None
    part: int = 1
    parts: int = 1
    due: str = ""
    exercises: list[ClassExercise]
    learners: list[Learner]
    groups: list[Group] = Field(default_factory=list)

    @property
    def max_points(self) -> int:
        return sum(exercise.max_points for exercise in self.exercises)

    @property
    def is_whole(self) -> bool:
        """Whether everything that was handed in was graded."""
        return not any(
            learner.state == "not graded"
            or any(answer.status == "not_graded" for answer in learner.answers)
            for learner in self.learners
        )
