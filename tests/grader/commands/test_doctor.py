"""`grader doctor`: what is fine, what is not, and what to do then."""

import io
import sys
import tomllib
from pathlib import Path

import pytest
import typer.testing
import watchfiles
from rich.console import Console

from grader import isolation, system
from grader.cli import app
from grader.commands import doctor
from grader.course import exercises as course
from grader.course import folders

ROOT = folders.find_root(Path(__file__).parent)


@pytest.fixture
def starter(starter: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """We stand in it."""
    monkeypatch.chdir(starter)
    return starter


def test_a_machine_where_all_is_well(starter: Path) -> None:
    """Everything that the grader needs is looked at; exit code 0, nothing is left behind."""
    result = typer.testing.CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 0, result.stdout
    looked_at = [line[2:15].strip() for line in result.stdout.splitlines() if line[:2].strip()]
    assert looked_at[:-1] == [
        *("Python", "packages", "course", "grading", "colours"),
        *("characters", "width", "file events", "children", "sandbox"),
    ]
    assert f"Python       CPython {sys.version.split()[0]}" in result.stdout
    assert "checkout was graded in" in result.stdout
    assert [path.name for path in (starter / "exercises").iterdir()] == ["06_checkout"]


def test_a_problem_is_told_with_its_remedy(starter: Path) -> None:
    """A file that is gone: exit code 1, and the command that brings it back."""
    (starter / "exercises/06_checkout/checkout.py").unlink()
    result = typer.testing.CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "x course       exercises/06_checkout/checkout.py is missing." in (
        result.stdout.replace("✗", "x")
    )
    assert "Next: `grader reset checkout` brings the stub back." in result.stdout
    assert result.stdout.endswith("1 problem to solve first.\n")


def test_a_broken_course(starter: Path) -> None:
    """What makes every other command fail is one problem here, and the rest is looked at."""
    (starter / "tests/exercises/06_checkout/exercise.toml").write_text("title = \n")
    found = list(doctor.findings(starter, Console(file=io.StringIO())))
    (problem,) = [finding for finding in found if finding.state == "problem"]
    assert problem.name == "course"
    assert "is not valid TOML" in problem.sentence
    assert found[-1].name == "sandbox"


def test_parts_that_are_missing(starter: Path) -> None:
    """A lesson or an original that is gone is named; several are counted."""
    (starter / "exercises/06_checkout/README.md").unlink()
    found = course.load(starter)
    assert doctor.whole(found).sentence == "exercises/06_checkout/README.md is missing."
    (starter / "tests/exercises/06_checkout/stub.py").unlink()
    told = doctor.whole(found).sentence
    assert told == "exercises/06_checkout/README.md and 1 more are missing."


@pytest.mark.parametrize(
    ("required", "sentence"),
    [
        ("rich>=999", "rich is"),
        ("no-such-package>=1", "no-such-package is missing."),
        ('no-such-package>=1; extra == "dev"', ""),
        ('no-such-package; python_version < "3"', ""),
        ("rich>=1", ""),
    ],
)
def test_packages(required: str, sentence: str) -> None:
    """A package that is missing or too old is a problem; one for developers is not needed."""
    found = doctor.packages([required])
    assert found.state == ("problem" if sentence else "fine")
    assert found.sentence.startswith(sentence)
    assert ("pip install" in found.remedy) == bool(sentence)


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python that is too old is a problem."""
    monkeypatch.setattr(doctor, "OLDEST", (4, 0))
    assert doctor.python().state == "problem"


def test_a_python_that_nobody_has_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer one is a note, and its remedy names the newest that was tried."""
    monkeypatch.setattr(doctor, "NEWEST", (3, 2))
    found = doctor.python()
    assert (found.state, "is newer than any tried one, 3.2." in found.sentence) == ("note", True)
    assert "Python 3.2" in found.remedy


def test_the_newest_python_is_the_classifiers() -> None:
    """What doctor calls tried is what pyproject.toml says."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pythons = [c for c in listed["project"]["classifiers"] if ":: Python :: 3." in c]
    assert pythons[-1].rpartition(" ")[2] == ".".join(map(str, doctor.NEWEST))


@pytest.mark.parametrize(
    ("variables", "state", "told"),
    [
        ({"TERM": "xterm-256color"}, "fine", "256"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "fine", "16 million"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "note", "None: NO_COLOR is set."),
        ({"TERM": "dumb"}, "note", "None: TERM is dumb."),
        ({}, "fine", "16"),
    ],
)
def test_colours(
    variables: dict[str, str], state: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a terminal has, or which variable stands in the way."""
    for name in ("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = doctor.colours(Console(force_terminal=True, file=io.StringIO(), _environ=variables))
    assert (found.state, found.sentence) == (state, told)


def test_a_pipe_has_no_colours() -> None:
    """A pipe is told apart from a terminal without colours."""
    assert "no terminal" in doctor.colours(Console(file=io.StringIO())).sentence


def test_a_narrow_window_with_ascii() -> None:
    """What makes the picture plainer is a note."""
    plain = Console(file=io.TextIOWrapper(io.BytesIO(), encoding="ascii"), width=60)
    assert doctor.width(plain).state == "note"
    assert doctor.characters(plain).state == "note"


# What is proven is that nothing arrives, so the whole patience passes: a tenth of a second.
def test_no_file_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no event arrives, and where none can be asked for, watch's other way is told."""
    monkeypatch.delenv("WATCHFILES_FORCE_POLLING", raising=False)
    monkeypatch.setattr(doctor, "EVENT_REAL_SECONDS", 0.1)
    monkeypatch.setattr(watchfiles, "watch", lambda *_, **__: iter([set()] * 10**6))
    silent = doctor.file_events(tmp_path)
    assert (silent.state, "ten times a second" in silent.remedy) == ("note", True)

    def refuse(*_: object, **__: object) -> None:
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr(watchfiles, "watch", refuse)
    refused = doctor.file_events(tmp_path)
    assert refused.state == "note"
    assert "limit reached" in refused.sentence
    assert list(tmp_path.iterdir()) == []


def test_polling_that_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable that turns file events off is named."""
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1")
    assert "`unset WATCHFILES_FORCE_POLLING`" in doctor.file_events(tmp_path).remedy


def test_spawned_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a child is a new Python, it is told, with what the system cannot do."""
    for module in (system, isolation, doctor):
        monkeypatch.setattr(module, "HAS_POSIX", True)
    monkeypatch.setenv(system.START, "spawn")
    found = doctor.children()
    assert (found.state, found.remedy) == ("note", f"`unset {system.START}`, which asks for it.")
    monkeypatch.setenv(system.START, "thread")
    assert doctor.children().state == "problem"
    monkeypatch.delenv(system.START)
    assert doctor.children().state == "fine"
    for module in (system, isolation, doctor):
        monkeypatch.setattr(module, "HAS_POSIX", False)
    assert "no limits, for this system has none" in doctor.children().sentence
    monkeypatch.setenv(system.START, "fork")
    assert doctor.children().remedy == f"Unset {system.START}."


def test_what_is_only_for_others() -> None:
    """No sandbox is a note: a learner's own answers are graded all the same."""
    level = isolation.Level("sandbox", False, "bubblewrap is not installed.")
    found = doctor.sandbox(lambda: (level,))
    assert (found.state, found.sentence) == ("note", "bubblewrap is not installed.")
