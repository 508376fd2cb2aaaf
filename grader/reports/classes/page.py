"""A class's report as one page of HTML: who has what, and what the class has not understood."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from grader.model.class_report import ClassAnswer, ClassReport, Group, Learner
from grader.model.report import ExerciseResult
from grader.reports import html, reasons
from grader.reports.classes import groups
from grader.reports.html import Drawing
from grader.reports.picture import headline

Example = Callable[[str], ExerciseResult | None]
"""A verdict by its name, with its answer's lines ready to be shown; None when it is not there."""
NOT_BEGUN = ("missing", "not_started")
NOT_GRADED = "?"
LEVELS = 5
"""Colours of the heat map between nothing and everything."""
MAX_DRAWN = 60
"""Groups that get a timeline: those with most members."""


@dataclass(frozen=True)
class Cell:
    """One figure: `level` is its colour, `told` what a colour would say."""

    figure: str
    level: str
    told: str = ""


@dataclass(frozen=True)
class Row:
    """One learner's figures."""

    name: str
    page: str
    cells: list[Cell]
    total: str


@dataclass(frozen=True)
class Test:
    """Of how many who have begun the exercise, how many pass one test of it."""

    id: str
    title: str
    cell: Cell
    passed: int


@dataclass(frozen=True)
class Exercise:
    """One exercise as the class does it."""

    id: str
    number: int
    title: str
    passed: int
    begun: int
    answers: int
    tests: list[Test]


@dataclass(frozen=True)
class Shown:
    """One group: what is wrong, who is in it, how its first failure looks in time."""

    group: Group
    number: int
    title: str
    members: list[tuple[str, str]]
    failures: list[tuple[str, str]]
    drawing: Drawing | None
    fact: str

    @property
    def is_alone(self) -> bool:
        return len(self.members) == 1


def render(report: ClassReport, example: Example, *, hides_names: bool = False) -> str:
    """The page. With `hides_names` it can be shown to the class: no name, id or page of anybody."""
    names = _pseudonyms(report) if hides_names else {each.id: each.id for each in report.learners}
    pages = {e.id: e.feedback for e in report.learners if e.feedback and not hides_names}
    present = [each for each in report.learners if each.state != "nothing handed in"]
    rows = sorted(
        (_row(learner, report, names, pages) for learner in present),
        key=lambda row: (len(row.name), row.name) if hides_names else (0, row.name),
    )
    exercises = [_exercise(report, index) for index in range(len(report.exercises))]
    told = [] if hides_names else report.learners
    return html.template("class.html").render(
        report=report,
        hides_names=hides_names,
        rows=rows,
        exercises=exercises,
        unpassed=[
            (each, [test for test in each.tests if not test.passed])
            for each in exercises
            if each.begun and any(not test.passed for test in each.tests)
        ],
        groups=list(_groups(report, names, pages, example)),
        not_graded=[each for each in report.learners if each.state == "not graded"],
        absent=[each for each in report.learners if each.state == "nothing handed in"],
        strays=[each for each in report.learners if each.is_in_roster is False],
        flagged=[(each, flag) for each in told for flag in _flags(each)],
        workflows=[each for each in told if each.handed_out not in ("", groups.SAME)],
        isolation=reasons.ISOLATION[report.isolation],
    )


def _pseudonyms(report: ClassReport) -> dict[str, str]:
    """Numbers in an order that says nothing of the names."""
    ids = sorted((learner.id for learner in report.learners), key=_digest)
    return {id: f"learner {number}" for number, id in enumerate(ids, 1)}


def _digest(id: str) -> str:
    return hashlib.sha256(id.encode("utf-8", "replace")).hexdigest()


def _row(
    learner: Learner, report: ClassReport, names: Mapping[str, str], pages: Mapping[str, str]
) -> Row:
    most = {exercise.id: exercise.max_points for exercise in report.exercises}
    cells = [_cell(answer, most[answer.exercise]) for answer in learner.answers]
    total = NOT_GRADED if learner.points is None else str(learner.points)
    return Row(names[learner.id], pages.get(learner.id, ""), cells, total)


def _cell(answer: ClassAnswer, most: int) -> Cell:
    if answer.points is None or answer.status == "not_graded":
        return Cell(NOT_GRADED, "none", "not graded")
    words = reasons.STATES[answer.status]
    return Cell(str(answer.points), _level(answer.points, most), words)


def _level(part: int, whole: int) -> str:
    """`0` for nothing, `5` for everything."""
    if part >= whole:
        return str(LEVELS)
    return "0" if part == 0 else str(min(LEVELS - 1, 1 + (LEVELS - 1) * part // whole))


def _exercise(report: ClassReport, index: int) -> Exercise:
    exercise = report.exercises[index]
    answers = [
        answer
        for learner in report.learners
        for answer in learner.answers
        if answer.exercise == exercise.id and answer.status != "not_graded"
    ]
    begun = [answer for answer in answers if answer.status not in NOT_BEGUN]
    tests = []
    for test in exercise.tests:
        passed = sum(answer.tests.get(test.id) == "passed" for answer in begun)
        cell = Cell(str(passed), _level(passed, len(begun)) if begun else "none")
        tests.append(Test(test.id, test.title, cell, passed))
    return Exercise(
        id=exercise.id,
        number=exercise.number,
        title=exercise.title,
        passed=sum(answer.status == "passed" for answer in answers),
        begun=len(begun),
        answers=len(answers),
        tests=tests,
    )


def _groups(
    report: ClassReport, names: Mapping[str, str], pages: Mapping[str, str], example: Example
) -> Iterator[Shown]:
    """The largest first."""
    titles = {each.id: {test.id: test.title for test in each.tests} for each in report.exercises}
    numbers = {each.id: each.number for each in report.exercises}
    ordered = sorted(report.groups, key=lambda group: -len(group.members))
    for at, group in enumerate(ordered):
        members = sorted((names[id], pages.get(id, "")) for id in group.members)
        failures = [(titles[group.exercise].get(t, t), id) for t, id in group.fails.items()]
        result = example(group.example) if at < MAX_DRAWN and len(members) > 1 else None
        drawing, fact = _drawn(result) if result is not None else (None, "")
        yield Shown(
            group,
            numbers[group.exercise],
            ", ".join(name.replace("_", " ") for name in group.known),
            members,
            failures,
            drawing,
            fact,
        )


def _drawn(result: ExerciseResult) -> tuple[Drawing | None, str]:
    """The first failure that has a timeline, and what it says."""
    fact = ""
    for test in reasons.failures(result):
        assert test.failure is not None
        fact = fact or headline(test.failure)
        drawing = html.draw(test.timeline, test.failure.file)
        if drawing is not None:
            return drawing, headline(test.failure)
    return None, fact


def _flags(learner: Learner) -> Iterator[str]:
    for answer in learner.answers:
        for flag in answer.flags:
            yield f"{answer.exercise}: {flag}"
