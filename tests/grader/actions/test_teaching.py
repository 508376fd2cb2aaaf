"""The page for teachers: each of its commands, as it stands there, with a class of two."""

import csv
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from grader import isolation
from grader.commands.classes import late
from grader.course import folders
from grader.model.errors import BROKE
from grader.reports.classes.groups import SAME
from grader.reports.classes.tables import MAXIMUM

ROOT = folders.find_root(Path(__file__).parent)
PAGE = (ROOT / ".github/TEACHING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.S | re.M)
HAND_OUT, COLLECT, UPDATE, TAKE_OVER = (text for language, text in BLOCKS if not language)

pytestmark = [
    pytest.mark.skipif(
        os.name != "posix" or shutil.which("git") is None,
        reason="the commands are for bash and git",
    ),
    pytest.mark.timeout(600),  # eight exercises are graded
]


def bash(script: str, cwd: Path, beside: Path, codes: tuple[int, ...] = (0,)) -> str:
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
    assert done.returncode in codes, done.stdout + done.stderr
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

    sandboxed = next(each.available for each in isolation.probe() if each.name == "sandbox")
    collect = COLLECT if sandboxed else f"{COLLECT.rstrip()} --isolation process\n"
    bash(collect, ROOT, tmp_path, (BROKE,))  # aaron is not graded
    with (tmp_path / "points/points.csv").open() as file:
        points = {row["id"]: row for row in csv.DictReader(file)}
    most = points[MAXIMUM]
    assert points["ada"]["checkout"] == points["ada"]["total"] == most["checkout"]
    assert points["ada"]["handed_out"] == points["bob"]["handed_out"] == SAME
    assert points["bob"]["total"] == "0"
    assert points["aaron"]["total"] == ""
    assert "symbolic link" in points["aaron"]["reason"]

    bash(UPDATE, ROOT, tmp_path)
    bash("git add -A && git commit -q -m 'Week 2'", week1, tmp_path)
    for learner in (ada, bob):
        bash(TAKE_OVER, learner, tmp_path)
        assert (learner / "exercises/12_fetch_data/fetch_data.py").is_file()
        assert (learner / "tests/exercises/12_fetch_data").is_dir()
        assert "12 [fetch_data]" in (learner / "exercises/README.md").read_text()
        assert "ex12" in (learner / ".github/workflows/classroom.yml").read_text()
    assert answer.read_text() == solution


@pytest.mark.parametrize("script", [text for language, text in BLOCKS if language == "bash"])
def test_the_other_commands_are_bash(script: str) -> None:
    """What needs an account, or hours, is at least well-formed."""
    done = subprocess.run(["bash", "-n", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_its_policy(tmp_path: Path) -> None:
    """The late policy that stands there is one."""
    policy = textwrap.dedent(re.findall(r"```toml\n(.*?)```", PAGE, re.S)[0])
    (tmp_path / "late.toml").write_text(policy)
    deadline = late.deadline("2026-12-01T23:59+01:00", tmp_path / "late.toml")
    assert deadline is not None
    assert sorted(deadline.policy.extensions) == ["ada", "bob"]
