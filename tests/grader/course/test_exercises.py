"""The whole course keeps its promises, and plain pytest says the same as the grader."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.commands import verify
from grader.course import exercises as course
from grader.course import folders, patches
from grader.parent.runner import Runner

ROOT = folders.find_root(Path(__file__).parent)


# The whole course is judged, some hundred answers: minutes on a machine that is busy.
@pytest.mark.timeout(1800)  # six hundred answers, on a machine that has other work
@pytest.mark.usefixtures("examined")
def test_the_course_keeps_its_promises() -> None:
    """Every stub scores 0, right answers score full, wrong ones fail for their named reason."""
    found = course.load(ROOT)
    verification = verify.verify(found, found.exercises, Runner())
    assert verification.problems == []
    assert verification.answers >= 4 * 9


def test_promises_that_do_not_hold_are_told(tmp_path: Path) -> None:
    """A wrong header, a stub that scores, a stray file: each is one sentence."""
    for part in ("exercises", "solutions", "tests/exercises"):
        shutil.copytree(ROOT / part / "06_checkout", tmp_path / part / "06_checkout")
    shutil.copy(ROOT / "tests/exercises/pytest.ini", tmp_path / "tests/exercises/pytest.ini")
    solutions = tmp_path / "solutions/06_checkout"
    wrong = solutions / "wrong/sequential.py"
    wrong.write_text(wrong.read_text().replace("one-after-another", "blocked-loop", 1))
    shutil.copy(solutions / "checkout.py", tmp_path / "exercises/06_checkout/checkout.py")
    shutil.copy(solutions / "wrong/swapped.py", solutions / "right/swapped.py")
    (tmp_path / "exercises/06_checkout/notes.txt").write_text("x")
    (tmp_path / "solutions/07_nothing").mkdir()
    found = course.load(tmp_path)
    problems = "\n".join(verify.verify(found, found.exercises).problems)
    assert "an untouched stub must be not_started: passed with 7 points." in problems
    assert (
        "wrong/sequential.py: test_payment_and_email_overlap: the header says blocked-loop, "
        "the grader says one-after-another." in problems
    )
    assert "right/swapped.py: test_the_answer_has_both_results must pass" in problems
    assert "exercises/06_checkout/notes.txt does not belong there." in problems
    assert "stub.py differs from exercises/06_checkout/checkout.py: copy the stub" in problems
    assert "solutions/07_nothing belongs to no exercise." in problems


def plain_pytest(answers: Path) -> "subprocess.CompletedProcess[str]":
    """What an editor's test button runs."""
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "tests/exercises/06_checkout",
            f"--answers={answers}",
        ],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_plain_pytest_says_the_same(tmp_path: Path) -> None:
    """An editor's test button shows the same reason as the grader."""
    answers = tmp_path / "06_checkout"
    answers.mkdir()
    wrong = ROOT / "solutions/06_checkout/wrong/sequential.py"
    (answers / "checkout.py").write_text(patches.whole(wrong))
    done = plain_pytest(tmp_path)
    assert done.returncode == 1
    assert "3 failed, 3 passed" in done.stdout
    assert "took 1.5 s, expected 1.0 s: one after another" in done.stdout
    assert "▲ expected" in done.stdout
    assert "Next: If it does not need that one's result" in done.stdout
    assert "grader/suite" not in done.stdout


def test_plain_pytest_refuses_nothing(tmp_path: Path) -> None:
    """What no answer needs is a flag elsewhere; here it is graded like all others."""
    answers = tmp_path / "06_checkout"
    answers.mkdir()
    text = (ROOT / "solutions/06_checkout/checkout.py").read_text()
    (answers / "checkout.py").write_text(f"{text}\nimport ctypes\n")
    done = plain_pytest(tmp_path)
    assert done.returncode == 0
    assert "6 passed" in done.stdout
