"""Hints, and the original stub back: nothing a learner wrote is lost."""

import os
import shutil
from pathlib import Path

import pytest

from grader.course import exercises as course
from grader.course import folders, stubs
from grader.course.exercises import Exercise
from grader.model.errors import GraderError

ROOT = folders.find_root(Path(__file__).parent)


@pytest.fixture
def exercise(starter: Path) -> Exercise:
    """The exercise checkout as a starter has it."""
    return course.load(starter).select(["checkout"])[0]


def test_hints_come_one_at_a_time(exercise: Exercise) -> None:
    """Level 1 to 3 are the three hints of exercise.toml, in order."""
    told = [stubs.hint(exercise, level) for level in (1, 2, 3)]
    assert told == list(exercise.settings.hints)


@pytest.mark.parametrize(("level", "instead"), [(0, 1), (4, 3), (-1, 1)])
def test_there_are_three_hints(exercise: Exercise, level: int, instead: int) -> None:
    """Any other level is one sentence, which names one that is there."""
    with pytest.raises(GraderError) as caught:
        stubs.hint(exercise, level)
    assert caught.value.problem == f"There is no hint {level}: each exercise has 3."
    assert caught.value.remedy.endswith(f"grader hint checkout --level {instead}")


def test_reset_brings_the_stub_back_and_keeps_the_file(exercise: Exercise) -> None:
    """The stub is back, the learner's file is the backup, and nothing else was left behind."""
    exercise.stub.write_text("mine = 1\n")
    backup = stubs.reset(exercise)
    assert backup == exercise.stub.with_name("checkout.py.bak")
    assert backup.read_text() == "mine = 1\n"
    assert exercise.stub.read_bytes() == exercise.original.read_bytes()
    left = {path.name for path in exercise.stub.parent.iterdir()}
    assert left == {"README.md", "checkout.py", "checkout.py.bak"}


def test_an_older_backup_is_never_overwritten(exercise: Exercise) -> None:
    """Each reset has a backup of its own."""
    kept = []
    for number in range(4):
        exercise.stub.write_text(f"mine = {number}\n")
        backup = stubs.reset(exercise)
        assert backup is not None
        kept.append(backup)
    assert [path.name for path in kept] == [
        "checkout.py.bak",
        "checkout.py.2.bak",
        "checkout.py.3.bak",
        "checkout.py.4.bak",
    ]
    assert [path.read_text() for path in kept] == [f"mine = {number}\n" for number in range(4)]


def test_what_is_the_stub_already_needs_no_backup(exercise: Exercise) -> None:
    """Without a change there is nothing to keep."""
    assert stubs.is_original(exercise)
    assert stubs.reset(exercise) is None
    assert not list(exercise.stub.parent.glob("*.bak"))


def test_a_deleted_file_or_folder_comes_back(exercise: Exercise) -> None:
    """A file that is gone, or its whole folder, is brought back."""
    shutil.rmtree(exercise.stub.parent)
    assert not stubs.is_original(exercise)
    assert stubs.reset(exercise) is None
    assert stubs.is_original(exercise)


def test_a_links_target_is_left_alone(exercise: Exercise, tmp_path: Path) -> None:
    """A symbolic link is replaced by the stub; what it led to stays, and is the backup too."""
    elsewhere = tmp_path / "elsewhere.py"
    elsewhere.write_text("mine = 1\n")
    exercise.stub.unlink()
    exercise.stub.symlink_to(elsewhere)
    backup = stubs.reset(exercise)
    assert backup is not None
    assert backup.read_text() == elsewhere.read_text() == "mine = 1\n"
    assert not exercise.stub.is_symlink()
    assert stubs.is_original(exercise)


def test_a_folder_in_the_way_is_told(exercise: Exercise) -> None:
    """A folder where the file should be is the learner's to move."""
    exercise.stub.unlink()
    exercise.stub.mkdir()
    with pytest.raises(GraderError, match=r"checkout.py is a folder"):
        stubs.reset(exercise)


def test_a_missing_original_is_told(exercise: Exercise) -> None:
    """A course without the original says so and changes nothing."""
    exercise.original.unlink()
    exercise.stub.write_text("mine = 1\n")
    with pytest.raises(GraderError, match=r"stub.py, is not there"):
        stubs.reset(exercise)
    assert exercise.stub.read_text() == "mine = 1\n"


def test_a_full_disk_loses_nothing(exercise: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the stub cannot be put in its place, the learner's file is as it was."""
    exercise.stub.write_text("mine = 1\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(GraderError, match=r"cannot be reset: No space left on device"):
        stubs.reset(exercise)
    assert exercise.stub.read_text() == "mine = 1\n"
    assert not list(exercise.stub.parent.glob(".checkout*"))
