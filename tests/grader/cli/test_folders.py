"""Odd folders, old files and our own failures: what `grader run` says to each."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import cli
from grader.cli import grading
from grader.commands import ci
from grader.commands.ci import Request
from grader.course import exercises as course
from grader.course import folders, patches
from grader.model.errors import BROKE, GraderError
from grader.parent import session

ROOT = folders.find_root(Path(__file__).parent)
COURSE = course.load(ROOT)
(FAST,) = COURSE.select(["fast_and_slow"])
(CHECKOUT,) = COURSE.select(["checkout"])
SEQUENTIAL = CHECKOUT.solutions / "wrong/sequential.py"


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs a command here, in the course's root; returns its exit code."""
    monkeypatch.chdir(ROOT)

    def run(*words: object) -> int:
        monkeypatch.setattr("sys.argv", ["grader", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    return run


def problem(answers: Path, name: str = "checkout") -> str:
    """What is wrong with the answer to that exercise."""
    report = session.grade(COURSE, COURSE.select([name]), answers=answers)
    return str(report.exercises[0].problem)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("02_fast_and_slow/Fast_and_slow.py", "rename Fast_and_slow.py?"),
        ("02_fast_and_slow/fast-and-slow.py", "rename fast-and-slow.py?"),
        ("02_fast_and_slow/fast_and_slow (1).py", "rename fast_and_slow (1).py?"),
        ("02_fast_and_slow/fast_and_slow.py.txt", "rename fast_and_slow.py.txt?"),
        ("2_fast_and_slow/fast_and_slow.py", "the folder 2_fast_and_slow to 02_fast_and_slow?"),
        ("02-Fast-and-slow/fast_and_slow.py", "the folder 02-Fast-and-slow to 02_fast_and_slow?"),
        ("fast_and_slow/fast_and_slow.py", "the folder fast_and_slow to 02_fast_and_slow?"),
    ],
)
def test_a_near_miss_is_named(tmp_path: Path, place: str, said: str) -> None:
    """Another spelling of the file or of its folder."""
    file = tmp_path / "exercises" / place
    file.parent.mkdir(parents=True)
    shutil.copy(FAST.solution, file)
    told = problem(tmp_path, "fast_and_slow")
    assert told.startswith("exercises/02_fast_and_slow/fast_and_slow.py not found; did you mean")
    assert told.endswith(said)


def test_what_is_far_is_no_miss(tmp_path: Path) -> None:
    """Another file in the folder is not this one."""
    (tmp_path / "exercises" / FAST.folder).mkdir(parents=True)
    (tmp_path / "exercises" / FAST.folder / "notes.txt").write_text("x")
    assert "did you mean" not in problem(tmp_path, "fast_and_slow")


def test_a_link_to_itself_is_one_answers_trouble(tmp_path: Path) -> None:
    """An answer, or its folder, that links to itself; the others are graded."""
    answers = tmp_path / "exercises"
    (answers / FAST.folder).mkdir(parents=True)
    shutil.copy(FAST.solution, answers / FAST.folder)
    (answers / CHECKOUT.folder).symlink_to(CHECKOUT.folder)
    report = session.grade(COURSE, (FAST, CHECKOUT), answers=answers)
    assert [result.status for result in report.exercises] == ["passed", "broken"]
    assert "lies in a folder that is a symbolic link" in str(report.exercises[1].problem)
    (answers / CHECKOUT.folder).unlink()
    (answers / CHECKOUT.folder).mkdir()
    (answers / CHECKOUT.folder / CHECKOUT.file).symlink_to(CHECKOUT.file)
    assert "is a symbolic link: put the file itself there." in problem(answers)


def test_a_checkout_is_taken_for_its_exercises(tmp_path: Path) -> None:
    """`--answers CHECKOUT` grades CHECKOUT/exercises, and shows paths from there."""
    place = tmp_path / "exercises" / FAST.folder
    place.mkdir(parents=True)
    shutil.copy(FAST.solution, place)
    (result,) = session.grade(COURSE, (FAST,), answers=tmp_path).exercises
    assert (result.status, result.file) == ("passed", f"exercises/{FAST.folder}/{FAST.file}")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("checkout.py", "checkout.py lies in it without one"),
        ("exercises\\06_checkout\\checkout.py", "files with backslashes in their names"),
        ("README.md", "has no folder exercises/"),
    ],
)
def test_answers_that_are_none(tmp_path: Path, name: str, said: str) -> None:
    """Loose files, a zip from Windows, anything else: one sentence instead of zeros."""
    (tmp_path / name).write_text("x")
    with pytest.raises(GraderError, match=said.replace("\\", ".")):
        session.grade(COURSE, (CHECKOUT,), answers=tmp_path)


def test_no_path_of_this_machine_is_in_a_report(tmp_path: Path) -> None:
    """Answers elsewhere are shown from their own folder on, in every text."""
    place = tmp_path / "week1" / CHECKOUT.folder
    place.mkdir(parents=True)
    (place / CHECKOUT.file).write_text(patches.whole(SEQUENTIAL))
    report = session.grade(COURSE, (CHECKOUT, FAST), answers=tmp_path / "week1")
    assert report.exercises[0].file == "06_checkout/checkout.py"
    assert str(tmp_path) not in report.model_dump_json()


def test_paths_in_the_course_are_relative(monkeypatch: pytest.MonkeyPatch) -> None:
    """From one exercise's folder to another."""
    monkeypatch.chdir(ROOT / "exercises" / FAST.folder)
    assert folders.shown_path(FAST.stub) == FAST.file
    assert folders.shown_path(CHECKOUT.stub) == f"../{CHECKOUT.folder}/{CHECKOUT.file}"


def test_an_old_report_does_not_outlive_its_answers(
    tmp_path: Path, grader: Callable[..., int]
) -> None:
    """What cannot be graded leaves no result under that name."""
    output = tmp_path / "report.json"
    output.write_text("last week's points")
    code = grader("run", "2", "--answers", tmp_path / "gone", "--output", output)
    assert code == 2
    assert not output.exists()


def test_classroom_50_gets_the_reasons(tmp_path: Path, grader: Callable[..., int]) -> None:
    """release-body.md lies beside result.json, and says why."""
    place = tmp_path / "exercises" / CHECKOUT.folder
    place.mkdir(parents=True)
    (place / CHECKOUT.file).write_text(patches.whole(SEQUENTIAL))
    words = ("run", "6", "--answers", tmp_path, "--format", "classroom50")
    assert grader(*words, "--output", tmp_path / "result.json") == 1
    assert json.loads((tmp_path / "result.json").read_text())["max-score"] == 7
    assert "one after another" in (tmp_path / grading.BODY).read_text(encoding="utf-8")


def test_our_own_failure_is_exit_code_3(
    grader: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not 1, which says that an answer did not pass; `grader ci` tells it in its outputs too."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(session, "grade", broken)
    assert grader("run", "2") == BROKE
    assert (
        "The grader itself has failed, which is not the answers' fault." in capsys.readouterr().err
    )
    verdict = ci.judge(lambda: COURSE, Request("checkout"))
    assert (verdict.exit_code, verdict.passed) == (BROKE, False)


def test_the_report_names_its_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest of constraints.txt, while the packages here are those of the file."""
    data = (ROOT / "constraints.txt").read_bytes()
    report = session.grade(COURSE, (), answers=ROOT / "exercises")
    assert report.constraints in (hashlib.sha256(data).hexdigest(), None)
    monkeypatch.setattr("importlib.metadata.version", lambda name: "0")
    assert session.grade(COURSE, (), answers=ROOT / "exercises").constraints is None
