"""VS Code and Codespaces open ready to go: what their files say holds here."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from grader.course import exercises as course
from grader.course import folders

ROOT = folders.find_root(Path(__file__).parent)
LISTING = """
def pytest_sessionfinish(session):
    for item in session.items:
        print("listed", item.nodeid, hasattr(item, "callspec"))
"""


def read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((ROOT / name).read_text(encoding="utf-8"))
    return data


@pytest.mark.thorough
def test_vs_code_finds_every_suite(tmp_path: Path) -> None:
    """The arguments in settings.json list every test of the course, under its plain name.

    VS Code's own plugin stops at a test with parameters whose name has no brackets, as the
    clock's hidden parameter would make of every test here.
    """
    settings = read(".vscode/settings.json")
    assert settings["python.testing.pytestEnabled"] is True
    (tmp_path / "listing.py").write_text(LISTING)
    arguments = [f"--rootdir={ROOT}", *settings["python.testing.pytestArgs"], "--collect-only"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "listing", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    listed = re.findall(r"^listed tests/exercises/(\w+)/\w+\.py::(\S+) False$", done.stdout, re.M)
    expected = [
        (exercise.folder, test.id)
        for exercise in course.load(ROOT).exercises
        for test in exercise.tests
    ]
    assert listed == expected


def test_what_is_recommended_is_what_codespaces_installs() -> None:
    """Both ways to open the course have the same extensions."""
    container = read(".devcontainer/devcontainer.json")
    recommended = read(".vscode/extensions.json")["recommendations"]
    assert container["customizations"]["vscode"]["extensions"] == recommended


def test_the_container_has_a_python_that_fits() -> None:
    """Its Python is one that the package allows, and its first command is the README's."""
    container = read(".devcontainer/devcontainer.json")
    image = re.fullmatch(r"python:(3)\.(\d+)-bookworm", container["image"])
    assert image is not None
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    oldest = [int(part) for part in package["requires-python"].removeprefix(">=").split(".")]
    assert [int(part) for part in image.groups()] >= oldest
    assert container["postCreateCommand"].endswith(" -e . && grader doctor")
