"""The workflows and the action: valid, hardened, and pinned."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.commands.export import contents
from grader.commands.export.platforms import Platform
from grader.course import exercises as course
from grader.course import folders

ROOT = folders.find_root(Path(__file__).parent)
PINS = {
    "actions/checkout": "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
    "actions/setup-python": "5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0",
    "classroom-resources/autograding-grading-reporter": (
        "d13b5912daf5042ac1b71bc38bdb4a6bcd61d8ca # v1"
    ),
}
OURS = (ROOT / "action.yml", *sorted((ROOT / ".github/workflows").glob("*.yml")))


@pytest.fixture(params=["action.yml", "ci.yml", Platform.actions, Platform.classroom])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """This project's own files, and the workflow that each platform's starter carries."""
    if request.param == "action.yml":
        return ROOT / "action.yml"
    if request.param == "ci.yml":
        return ROOT / ".github/workflows/ci.yml"
    found = course.load(ROOT)
    files = contents.files(found, found.exercises, request.param, "week1")
    path = tmp_path / "classroom.yml"
    path.write_bytes(files[".github/workflows/classroom.yml"])
    return path


def tool(name: str, *arguments: str) -> str:
    """Run a development tool of this environment; it must exit with 0."""
    command = [str(Path(sys.executable).parent / name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_schema_holds(file: Path) -> None:
    schema = "vendor.github-actions" if file.name == "action.yml" else "vendor.github-workflows"
    tool("check-jsonschema", "--builtin-schema", schema, str(file))


def test_zizmor_finds_nothing(file: Path) -> None:
    assert "No findings to report." in tool("zizmor", "--offline", "--no-progress", str(file))


def test_actions_of_others_are_pinned(file: Path) -> None:
    """By the commits that were looked at, with the version beside them."""
    used = re.findall(r"uses: ([\w/.-]+)@(.+)", file.read_text())
    assert used
    assert dict(used) == {name: PINS[name] for name, _ in used}


def test_a_workflow_has_few_rights_and_leaves_no_credentials(file: Path) -> None:
    text = file.read_text()
    if file.name == "action.yml":
        assert "secrets" not in text
        assert "github.token" not in text
        return
    jobs = text.partition("\njobs:\n")[2]
    assert "\npermissions: {}\n" in text.partition("\njobs:\n")[0]
    assert set(re.findall(r"^ {6}(\S+: \w+) # to check", jobs, re.M)) == {"contents: read"}
    assert jobs.count("permissions:") == jobs.count("runs-on:")
    assert jobs.count("persist-credentials: false") == jobs.count("actions/checkout@")
    assert "secrets." not in text
    assert "github.token" not in text


def test_every_file_of_ours_is_looked_at() -> None:
    assert {path.name for path in OURS} == {"action.yml", "ci.yml"}
