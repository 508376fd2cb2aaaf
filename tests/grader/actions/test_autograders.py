"""The bundles for Classroom 50 and Gradescope, run as those services run them."""

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.commands.export import contents
from grader.commands.export.platforms import Platform
from grader.course import exercises as course
from grader.course import folders, patches
from grader.parent import session

if TYPE_CHECKING:
    from tests.grader.actions.conftest import Machine

ROOT = folders.find_root(Path(__file__).parent)
COURSE = course.load(ROOT)
CHOSEN = COURSE.select(["01,02,checkout"])
POINTS = sum(test.points for exercise in CHOSEN for test in exercise.tests)

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.timeout(900),
]  # the grader and its libraries are installed from PyPI

EVIL = "open('taken-over', 'w')\n"


def submission(folder: Path) -> Path:
    """One solved, one deleted, one too slow, and files that want to be imported."""
    answers = folder / "exercises"
    for exercise in CHOSEN:
        (answers / exercise.folder).mkdir(parents=True)
        shutil.copy(exercise.original, answers / exercise.folder / exercise.file)
    shutil.copy(CHOSEN[0].solution, answers / CHOSEN[0].folder)
    shutil.rmtree(answers / CHOSEN[1].folder)
    slow = CHOSEN[2].solutions / "wrong/sequential.py"
    (answers / CHOSEN[2].folder / CHOSEN[2].file).write_text(patches.whole(slow))
    for name in ("conftest.py", "sitecustomize.py", "grader.py", "json.py", "subprocess.py"):
        (folder / name).write_text(EVIL)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    return answers


def earned(answers: Path) -> int:
    return session.grade(COURSE, CHOSEN, answers=answers).points


def run(command: list[str], cwd: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def put(files: dict[str, bytes], folder: Path) -> None:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def test_classroom50(machine: "Machine", tmp_path: Path) -> None:
    """`autograder.py` writes result.json into the checkout, whatever lies there."""
    files = contents.files(COURSE, CHOSEN, Platform.classroom50, "week1")
    put(files, tmp_path)
    assert not [path for path in files if path.startswith("starter/.github")]
    checkout = tmp_path / "checkout"
    answers = submission(checkout)
    (checkout / "result.json").symlink_to("elsewhere.json")
    environment = machine.environment | {
        "CLASSROOM": "py-async",
        "ASSIGNMENT": "week1",
        "ASSIGNMENT_TYPE": "individual",
        "OWNER": "octocat",
        "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    }
    program = tmp_path / "autograders/week1/autograder.py"
    # The machine's python is a script, which Python itself does not know.
    told = f"import runpy, sys; sys.executable = {str(machine.python)!r}; "
    grade = ["python", "-P", "-c", f"{told} runpy.run_path({str(program)!r}, run_name='__main__')"]
    run(grade, checkout, environment)
    result = json.loads((checkout / "result.json").read_text())
    assert result["schema"] == "classroom50/result/v1"
    assert (result["assignment"], result["owner"]) == ("week1", "octocat")
    assert (result["score"], result["max-score"]) == (earned(answers), POINTS)
    assert [test["passed"] for test in result["tests"]] == [True, False, False]
    assert not (checkout / "taken-over").exists()
    assert not (checkout / "elsewhere.json").exists()
    assert "one after another" in (checkout / "release-body.md").read_text()

    shutil.rmtree(answers)
    assert "The checkout has no folder exercises/" in run(grade, checkout, environment)
    result = json.loads((checkout / "result.json").read_text())
    assert (result["score"], result["max-score"]) == (0, POINTS)
    assert (checkout / "release-body.md").read_text().startswith("Nothing to grade. ")


def test_gradescope(machine: "Machine", tmp_path: Path) -> None:
    """setup.sh once, then run_autograder: for a repository, a folder, loose files, nothing."""
    files = contents.files(COURSE, CHOSEN, Platform.gradescope, "week1")
    root = tmp_path / "autograder"
    with zipfile.ZipFile(io.BytesIO(files["autograder.zip"])) as bundle:
        bundle.extractall(root / "source")
        modes = {name: bundle.getinfo(name).external_attr >> 16 for name in bundle.namelist()}
    assert modes["setup.sh"] & modes["run_autograder"] & 0o111 == 0o111
    environment = machine.environment | {"AUTOGRADER_ROOT": str(root)}
    run(["bash", str(root / "source/setup.sh")], root, environment)

    def grade() -> dict[str, Any]:
        shutil.rmtree(root / "results", ignore_errors=True)
        (root / "results").mkdir()
        run(["bash", str(root / "source/run_autograder")], root, environment)
        result: dict[str, Any] = json.loads((root / "results/results.json").read_text())
        assert sum(test["max_score"] for test in result["tests"]) == POINTS
        assert sum(test["score"] for test in result["tests"]) == result["score"]
        return result

    answers = submission(root / "submission")
    points = earned(answers)
    assert 0 < points < POINTS
    assert grade()["score"] == points  # a repository
    (root / "submission/week1").mkdir()
    answers.rename(root / "submission/week1/exercises")
    assert grade()["score"] == points  # a zip of one
    for folder in (root / "submission/week1/exercises").iterdir():
        folder.rename(root / "submission" / folder.name)
    (root / "submission/week1/exercises").rmdir()
    assert grade()["score"] == points  # the exercises' folders
    for file in list(root.glob("submission/[0-9]*/*.py")):
        file.rename(root / "submission" / file.name)
        file.parent.rmdir()
    assert grade()["score"] == points  # loose files
    for file in list(root.glob("submission/*.py")):
        file.rename(root / "submission" / f"exercises\\{file.stem}\\{file.name}")
    assert grade()["score"] == points  # a zip from Windows
    shutil.rmtree(root / "submission")
    (root / "submission").mkdir()
    nothing = grade()
    assert nothing["score"] == 0
    assert nothing["output"].startswith("There is nothing to grade: ")
    assert not (root / "submission/taken-over").exists()
    assert not list(root.rglob("taken-over"))
