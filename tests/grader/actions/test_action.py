"""action.yml, step by step as it stands: this repository grades somebody else's checkout."""

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.commands.packs import beginning
from grader.course import circumstances, folders
from grader.course import exercises as course
from grader.parent import session

if TYPE_CHECKING:
    from tests.grader.actions.conftest import Machine, Run, Uses

ROOT = folders.find_root(Path(__file__).parent)
PLAIN = ROOT / "tests/packs/plain_asyncio"
COURSE = course.load(ROOT)
SELECTION = "01-02,checkout"
USES: "dict[str, Uses]" = {"actions/setup-python": lambda _, __: None}
CHOSEN = COURSE.select([SELECTION])
POINTS = sum(test.points for exercise in CHOSEN for test in exercise.tests)

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.timeout(900),
]  # the grader is installed from PyPI, as on GitHub


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this repository, as GitHub downloads it for an action."""
    copy = tmp_path_factory.mktemp("action") / "repository"
    stray = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "benchmarks")
    shutil.copytree(ROOT, copy, ignore=stray)
    return copy


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Exercises 01 and 06 solved, 02 deleted, and a course of the learner's own around them."""
    for exercise in CHOSEN:
        folder = tmp_path / "exercises" / exercise.folder
        folder.mkdir(parents=True)
        shutil.copy(exercise.solution, folder / exercise.file)
        suite = tmp_path / "tests/exercises" / exercise.folder / exercise.suite.name
        suite.parent.mkdir(parents=True)
        shutil.copy(exercise.suite.with_name("exercise.toml"), suite.parent)
        suite.write_text('async def test_nothing():\n    """Nothing."""\n')
    shutil.rmtree(tmp_path / "exercises" / CHOSEN[1].folder)
    for name in ("sitecustomize.py", "conftest.py", "grader.py", "pip.py", "random.py"):
        (tmp_path / name).write_text(f"open({str(tmp_path / 'taken-over')!r}, 'w')\n")
    return tmp_path


def grade(machine: "Machine", repository: Path, checkout: Path, **inputs: str) -> "Run":
    """Use the action; `inputs` have underscores where the action's have hyphens."""
    action = machine.load(repository / "action.yml")
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    assert given.keys() <= action["inputs"].keys()
    context = {
        f"inputs.{name}": given.get(name, about["default"])
        for name, about in action["inputs"].items()
    }
    context["github.action_path"] = str(repository)
    job = {**action["runs"], "outputs": action["outputs"]}
    return machine.run(job, checkout, USES, context)


def test_a_checkout_is_graded_by_this_repository(
    machine: "Machine", repository: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list comes from the input: what was deleted is missing, the total stays."""
    monkeypatch.setitem(machine.environment, circumstances.SWITCH, "off")
    run = grade(machine, repository, checkout, exercises=SELECTION)
    report = session.grade(COURSE, CHOSEN, answers=checkout / "exercises")
    assert [exercise.status for exercise in report.exercises] == ["passed", "missing", "passed"]
    assert run.outputs == {
        "points": str(report.points),
        "max-points": str(POINTS),
        "graded": "true",
        "passed": "false",
    }
    assert not run.succeeded
    assert not (checkout / "taken-over").exists()
    assert "missing" in run.steps["Grade"].summary

    enough = str(report.points)
    run = grade(machine, repository, checkout, exercises=SELECTION, minimum_points=enough)
    assert run.outputs["passed"] == "true"
    assert run.succeeded
    run = grade(machine, repository, checkout, exercises="checkout", clock="real")
    assert run.outputs["passed"] == "true"


def test_a_course_by_other_authors_grades_too(
    machine: "Machine", repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the action that `grader course new` writes: its suites, its dependencies."""
    ours = machine.load(repository / "action.yml")["runs"]["steps"][:2]
    context = {"github.action_path": str(repository)}
    assert machine.run({"steps": ours}, tmp_path, USES, context).succeeded
    # What builds its package is no release yet: pip finds it in a folder instead.
    released = tmp_path / "released"
    wheel = ["-m", "pip", "wheel", "-q", "--no-deps", "-w", str(released), str(repository)]
    subprocess.run([str(machine.python), *wheel], env=machine.environment, check=True)
    links = f"{machine.environment.get('PIP_FIND_LINKS', '')} {released}".strip()
    monkeypatch.setitem(machine.environment, "PIP_FIND_LINKS", links)
    plain, checkout = tmp_path / "plain", tmp_path / "checkout"
    shutil.copytree(PLAIN, plain, ignore=shutil.ignore_patterns("__pycache__"))
    action = beginning.files("Plain asyncio", "plain_asyncio")["action.yml"]
    (plain / "action.yml").write_bytes(action)
    assert machine.load(plain / "action.yml")["name"] == "Plain asyncio"
    shutil.copytree(PLAIN / "solutions", checkout / "exercises")
    run = grade(machine, plain, checkout)
    assert run.succeeded, "".join(step.log for step in run.steps.values())
    assert run.outputs["points"] == run.outputs["max-points"]
    assert "wait_for_both" in run.steps["Grade"].summary


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"exercises": "01,checkuot"}, "There is no exercise 'checkuot'."),
        ({"minimum_points": "many"}, "many"),
        ({"clock": "sundial"}, "sundial"),
    ],
)
def test_a_wrong_input_is_told(
    machine: "Machine", repository: Path, checkout: Path, inputs: dict[str, str], said: str
) -> None:
    run = grade(machine, repository, checkout, **inputs)
    assert not run.succeeded
    assert run.outputs["passed"] == "false"
    assert said in run.steps["Grade"].log
    assert said in run.steps["Grade"].summary
    assert "Traceback" not in run.steps["Grade"].log
