"""The page for teachers: each of its commands, as it stands there, with a class of two."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course import folders

ROOT = folders.find_root(Path(__file__).parent)
PAGE = (ROOT / ".github/TEACHING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.S | re.M)
HAND_OUT, COLLECT, UPDATE, TAKE_OVER = (text for language, text in BLOCKS if not language)

pytestmark = [
    pytest.mark.skipif(
        os.name != "posix" or shutil.which("git") is None,
        reason="the commands are for bash and git",
    ),
    pytest.mark.timeout(600),  # eight exercises are graded twice, each time by a new grader
]


def bash(script: str, cwd: Path, beside: Path) -> str:
    """Run a block of the page; `../` is the folder `beside`."""
    script = script.replace("../", f"{beside}/").replace("https://github.com/OWNER", str(beside))
    who = {
        f"GIT_{role}_{what}": "t@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=cwd,
        env={**os.environ, **who, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


@pytest.mark.thorough
def test_hand_out_collect_and_update(tmp_path: Path) -> None:
    """Two clones, one solved in part, and a link to the solutions; a new exercise for both."""
    bash(HAND_OUT, ROOT, tmp_path)
    week1, ada, bob = (tmp_path / name for name in ("week1", "submissions/ada", "submissions/bob"))
    bash("git init -q -b main && git add -A && git commit -q -m Starter", week1, tmp_path)
    assert "!!" not in bash("git status --porcelain --ignored", week1, tmp_path)
    for learner in (ada, bob):
        bash(f"git clone -q '{week1}' '{learner}'", tmp_path, tmp_path)
    solution = (ROOT / "solutions/06_checkout/checkout.py").read_text()
    answer = ada / "exercises/06_checkout/checkout.py"
    answer.write_text(solution)
    bash("git commit -q -a -m Checkout", ada, tmp_path)

    aaron = tmp_path / "submissions/aaron"
    aaron.mkdir()
    (aaron / "exercises").symlink_to(ROOT / "solutions")

    bash(COLLECT, ROOT, tmp_path)
    points = {
        name: (tmp_path / f"points/{name}.csv").read_text() for name in ("ada", "bob", "aaron")
    }
    assert "passed" in points["ada"]
    assert "not_started" in points["bob"]
    assert "passed" not in points["bob"] + points["aaron"]

    bash(UPDATE, ROOT, tmp_path)
    bash("git add -A && git commit -q -m 'Week 2'", week1, tmp_path)
    for learner in (ada, bob):
        bash(TAKE_OVER, learner, tmp_path)
        assert (learner / "exercises/12_fetch_data/fetch_data.py").is_file()
        assert (learner / "tests/exercises/12_fetch_data").is_dir()
        assert "12 [fetch_data]" in (learner / "exercises/README.md").read_text()
        assert "ex12" in (learner / ".github/workflows/classroom.yml").read_text()
    assert answer.read_text() == solution
