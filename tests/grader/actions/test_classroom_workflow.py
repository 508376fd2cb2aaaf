"""The starter's workflow, step by step as it stands, on three learners' repositories."""

import base64
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.commands.export import contents, handout
from grader.commands.export.platforms import Platform
from grader.course import exercises as course
from grader.course import folders, patches
from grader.course.exercises import Exercise
from grader.model.report import Report
from grader.parent import session

if TYPE_CHECKING:
    from tests.grader.actions.conftest import Machine, Run

ROOT = folders.find_root(Path(__file__).parent)
COURSE = course.load(ROOT)
CHOSEN = COURSE.select(["01-03,checkout"])
RUNNERS = [f"ex{exercise.number:02}" for exercise in CHOSEN]

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.timeout(900),
]  # the grader is installed from PyPI, as on GitHub


@dataclass
class Reporter:
    """classroom-resources/autograding-grading-reporter, as ci-contracts measured it."""

    notice: tuple[int, int] | None = None
    table: dict[str, tuple[float, int]] = field(default_factory=dict)

    def __call__(self, inputs: dict[str, str], environment: dict[str, str]) -> None:
        earned = possible = 0
        for runner in inputs["runners"].split(","):
            result = json.loads(base64.b64decode(environment[f"{runner.upper()}_RESULTS"]))
            tests = result["tests"]
            earned += sum(test["score"] for test in tests)
            possible += result["max_score"]
            passed = sum(test["status"] == "pass" for test in tests)
            points = passed / len(tests) * result["max_score"]
            self.table[runner] = (points, result["max_score"])
        self.notice = (earned, possible)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """What a learner has after a clone: a fresh export."""
    folder = tmp_path / "learner"
    handout.hand_out(contents.files(COURSE, CHOSEN, Platform.classroom, "week1"), folder, ROOT)
    return folder


def answer(repository: Path, exercise: Exercise, source: Path) -> None:
    place = repository / "exercises" / exercise.folder / exercise.file
    place.write_text(patches.whole(source), encoding="utf-8")


def push(machine: "Machine", repository: Path) -> tuple["Run", Reporter]:
    """What a push starts."""
    workflow = machine.load(repository / ".github/workflows/classroom.yml")
    job = workflow["jobs"]["run-autograding-tests"]
    reporter = Reporter()
    checked_out: list[dict[str, str]] = []
    run = machine.run(
        job,
        repository,
        {
            "actions/checkout": lambda inputs, _: checked_out.append(inputs),
            "actions/setup-python": lambda _, __: None,
            "classroom-resources/autograding-grading-reporter": reporter,
        },
    )
    assert checked_out == [{"persist-credentials": "False"}]
    return run, reporter


def ours(repository: Path) -> Report:
    """The verdict of a trusted checkout on the same answers."""
    return session.grade(COURSE, CHOSEN, answers=repository / "exercises")


def agrees(run: "Run", reporter: Reporter, report: Report) -> None:
    """Both of the reporter's totals, and each exercise's points, are ours."""
    assert reporter.notice == (report.points, report.max_points)
    assert reporter.table == {
        runner: (exercise.points, exercise.max_points)
        for runner, exercise in zip(RUNNERS, report.exercises, strict=True)
    }
    grade = run.steps["Grade"]
    assert grade.outcome == "success"
    assert grade.outputs["points"] == str(report.points)
    assert grade.outputs["max-points"] == str(report.max_points)
    assert grade.outputs["passed"] == ("true" if report.passed else "false")
    assert grade.summary.lstrip().startswith(("|", "#"))


def test_a_solved_repository(machine: "Machine", repository: Path) -> None:
    """Full points, and the job is green."""
    for exercise in CHOSEN:
        answer(repository, exercise, exercise.solution)
    run, reporter = push(machine, repository)
    assert run.succeeded, run
    agrees(run, reporter, ours(repository))
    assert reporter.notice is not None
    assert reporter.notice[0] == reporter.notice[1]
    assert run.steps["Pass only when everything does"].outcome == "skipped"


def test_a_half_solved_repository(machine: "Machine", repository: Path) -> None:
    """One solved, one untouched, one that cannot be loaded, one too slow: points, and red."""
    first, _, third, checkout = CHOSEN
    answer(repository, first, first.solution)
    (repository / "exercises" / third.folder / third.file).write_text("def broken(:\n")
    answer(repository, checkout, checkout.solutions / "wrong/sequential.py")
    run, reporter = push(machine, repository)
    report = ours(repository)
    assert [exercise.status for exercise in report.exercises] == [
        "passed",
        "not_started",
        "broken",
        "failed",
    ]
    assert 0 < report.exercises[3].points < report.exercises[3].max_points
    agrees(run, reporter, report)
    last = run.steps["Pass only when everything does"]
    assert last.outcome == "failure"
    assert "Not everything has passed yet." in last.log


EVERYTHING_PASSES = """
import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    outcome.get_result().outcome = "passed"
"""
SHADOWS = ("grader", "pytest", "fastapi", "asyncio", "random", "pip", "venv", "zipfile", "json")


def sabotage(repository: Path) -> Path:
    """Whatever a learner may edit, delete or drop in; returns where it would leave a trace."""
    trace = repository.parent / "taken-over"
    evil = f"open({str(trace)!r}, 'a').write(__file__ + chr(10))\n"
    for suite in repository.glob("tests/exercises/*/test_*.py"):
        suite.write_text('async def test_nothing():\n    """Nothing."""\n')
    for module in ("runner", "session", "model", "cli/__init__"):
        (repository / f"grader/{module}.py").write_text(evil)
    everywhere = [repository, repository / "exercises", *repository.glob("exercises/*/")]
    everywhere += [repository / "tests", *repository.glob("tests/exercises/*/")]
    for folder in everywhere:
        (folder / "conftest.py").write_text(evil + EVERYTHING_PASSES)
        (folder / "sitecustomize.py").write_text(evil)
        (folder / "usercustomize.py").write_text(evil)
        (folder / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
        (folder / "pip.conf").write_text("[global]\nno-index = true\n")
        for name in SHADOWS:
            if not (folder / name).exists():
                (folder / f"{name}.py").write_text(evil)
    (repository / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '-x'\n")
    (repository / "setup.py").write_text(evil)
    (repository / "setup.cfg").write_text("[tool:pytest]\naddopts = --collect-only\n")
    return trace


def test_a_sabotaged_repository(machine: "Machine", repository: Path) -> None:
    """It gets the points that its answers earn; a deleted exercise is missing, not fewer points."""
    first, second, _, checkout = CHOSEN
    answer(repository, first, first.solution)
    answer(repository, checkout, checkout.solutions / "wrong/sequential.py")
    clean = ours(repository)
    shutil.rmtree(repository / "exercises" / second.folder)
    trace = sabotage(repository)
    run, reporter = push(machine, repository)
    report = ours(repository)
    assert report.exercises[1].status == "missing"
    assert (report.points, report.max_points) == (clean.points, clean.max_points)
    agrees(run, reporter, report)
    assert not trace.exists(), trace.read_text()
    assert not run.succeeded


def test_a_repository_without_exercises(machine: "Machine", repository: Path) -> None:
    """All is missing: no points, and a report that says so."""
    shutil.rmtree(repository / "exercises")
    run, reporter = push(machine, repository)
    points = sum(test.points for exercise in CHOSEN for test in exercise.tests)
    assert reporter.notice == (0, points)
    assert run.steps["Grade"].outputs["passed"] == "false"
    assert run.steps["Grade"].outputs["graded"] == "false"
    last = run.steps["Pass only when everything does"]
    assert last.outcome == "failure"
    assert "Nothing could be graded." in last.log


def test_another_grader_is_refused(machine: "Machine", repository: Path) -> None:
    """An archive that was exchanged is told, in a sentence that says what to do."""
    (repository / ".github/grader.zip").write_bytes(b"PK")
    run, reporter = push(machine, repository)
    step = run.steps["Unpack the grader as it was handed out"]
    assert step.outcome == "failure"
    assert (
        "::error title=Not graded::.github/grader.zip is not as it was handed out. "
        "Take .github from the starter again." in step.log
    )
    assert step.summary.startswith(
        "**Not graded:** .github/grader.zip is not as it was handed out."
    )
    assert reporter.notice is None
