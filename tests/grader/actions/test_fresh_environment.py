"""A starter in a fresh environment, with the two commands of its README."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.commands.export import contents, handout
from grader.commands.export.platforms import Platform
from grader.course import exercises as course
from grader.course import folders

if TYPE_CHECKING:
    from tests.grader.actions.conftest import Machine

ROOT = folders.find_root(Path(__file__).parent)
COURSE = course.load(ROOT)

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.timeout(900),
]  # the grader and its libraries are installed from PyPI


def test_the_two_commands_work(machine: "Machine", tmp_path: Path) -> None:
    """Nothing is solved at first; a solved exercise passes, in an editor's pytest as well."""
    selection = COURSE.select(["01,checkout"])
    folder = tmp_path / "starter"
    handout.hand_out(contents.files(COURSE, selection, Platform.actions, "week1"), folder, ROOT)
    readme = (folder / "README.md").read_text()
    blocks = re.findall(r"```\n(.*?)\n```", readme, re.S)
    assert blocks == ["pip install -e . -c constraints.txt && grader"]

    def bash(command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["bash", "-c", f"source .venv/bin/activate && {command}"],
            cwd=folder,
            env=machine.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    subprocess.run(
        [sys.executable, "-m", "venv", ".venv"], cwd=folder, env=machine.environment, check=True
    )
    done = bash(blocks[0])
    assert done.returncode == 1, done.stdout + done.stderr
    assert "await_the_quote" in done.stdout
    assert "not started" in done.stdout
    imported = bash("python -P -c 'import grader; print(grader.__file__)'").stdout.strip()
    assert imported == str(folder / "grader/__init__.py")

    shutil.copy(ROOT / "solutions/06_checkout/checkout.py", folder / "exercises/06_checkout")
    assert bash("grader run checkout").returncode == 0
    assert bash("pytest -q tests/exercises/06_checkout").returncode == 0
    none = bash("grader solution checkout")
    assert none.returncode == 2
    assert "Traceback" not in none.stderr
