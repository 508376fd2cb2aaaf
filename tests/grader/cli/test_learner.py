"""The commands around an exercise: its lesson, hints, the stub back, completion."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest
import typer.testing
from rich.console import Console

from grader.cli import app
from grader.commands import lesson
from grader.course import folders
from grader.model.errors import GraderError

ROOT = folders.find_root(Path(__file__).parent)
Ask = Callable[..., str]


@pytest.fixture
def starter(starter: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """We stand in it."""
    monkeypatch.chdir(starter)
    return starter


@pytest.fixture
def ask(starter: Path) -> Ask:
    """Runs a command in the starter, in this process."""

    def ask(*arguments: str) -> str:
        result = typer.testing.CliRunner().invoke(app, arguments)
        if isinstance(result.exception, GraderError):
            raise result.exception
        return result.stdout

    return ask


@pytest.mark.parametrize(("set", "told"), [("-FX", "-R -FX"), ("", "-R")])
def test_the_pager_shows_colours(set: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever less is told to do besides."""
    monkeypatch.setenv("LESS", set)
    monkeypatch.setattr(lesson, "is_read_by_a_person", lambda _: True)
    paged: list[str] = []
    monkeypatch.setattr("pydoc.pager", paged.append)
    lesson.show("line\n" * 99, Console())
    assert (os.environ["LESS"], len(paged)) == (told, 1)


def test_hints_say_more_each_time(ask: Ask) -> None:
    """Without a level the first hint; each names the command for the next, the last does not."""
    first, third = ask("hint", "checkout"), ask("hint", "6", "--level", "3")
    assert first.startswith("Hint 1 of 3: Take the payment while the e-mail goes out\n")
    assert "Count the moments at which your code waits." in first
    assert first.endswith("One more: grader hint checkout --level 2\n")
    assert "asyncio.gather(first(...), second(...))" in third
    assert "--level" not in third


@pytest.mark.parametrize(("seconds", "told"), [(30, ""), (250, "4 minutes"), (9000, "2 hours")])
def test_an_old_save_is_told(
    ask: Ask, starter: Path, monkeypatch: pytest.MonkeyPatch, seconds: int, told: str
) -> None:
    """Who forgot to save reads how old what was graded is, at a terminal."""
    answer = starter / "exercises/06_checkout/checkout.py"
    answer.write_text(answer.read_text().replace("raise NotImplementedError", "return {} #"))
    saved = time.time() - seconds
    os.utime(answer, (saved, saved))
    assert "ago" not in ask("run", "checkout")
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = ask("run", "checkout")
    assert (f"checkout.py was saved {told} ago." in shown) is bool(told)


@pytest.mark.parametrize("columns", ["60", "80"])
def test_the_list_of_diagnoses_breaks_at_words(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """At a terminal no row is wider than it, and a meaning goes on below its beginning."""
    whole = ask("explain")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", columns)
    shown = ask("explain")
    assert max(map(len, shown.splitlines())) <= int(columns)
    assert shown.split() == whole.split()


def test_a_lesson_is_drawn(ask: Ask) -> None:
    """A pipe gets the whole lesson as text: no marks of Markdown, no colours, no padding."""
    shown = ask("lesson", "06_checkout")
    assert "The picture" in shown
    assert "##" not in shown
    assert "`" not in shown
    assert "\x1b" not in shown
    assert "e-mail    ██████████\n" in shown
    assert not [line for line in shown.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("name", ["the_life_of_a_request", "The life of a request"])
def test_a_chapter_opens_as_well(ask: Ask, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """By its heading or its file's name: the whole page, with its exercises."""
    monkeypatch.chdir(ROOT)
    shown = ask("lesson", name)
    assert "The life of a request" in shown
    assert "dependency_lifetime: a session for the check" in shown


def test_a_missing_lesson_is_told(ask: Ask, starter: Path) -> None:
    """A lesson that was deleted is one sentence with the next step."""
    (starter / "exercises/06_checkout/README.md").unlink()
    with pytest.raises(GraderError, match=r"06_checkout/README\.md cannot be read"):
        ask("lesson", "checkout")


def test_a_long_lesson_goes_through_the_pager() -> None:
    """At a terminal it asks for a prediction, then stops at the first screen until one goes on."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "grader", "lesson", "checkout"],
        cwd=str(ROOT),
        dimensions=(20, 80),
        timeout=50,
        encoding="utf-8",
        env={**os.environ, "TERM": "xterm-256color", "PAGER": "", "LESS": "-R"},
    )
    child.expect("Your prediction")
    assert "The picture" not in str(child.before)
    child.sendline("1.0 s")
    child.expect("you: 1.0 s, measured: 1.5 s")
    child.expect("The picture")
    child.send("q")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert "After passing" not in str(child.before)


@pytest.mark.parametrize(
    ("said", "measured", "told"),
    [
        ("1", "1.5 s", "you: 1 s, measured: 1.5 s\n\n"),
        ("a second ", "1.5 s", "you: a second, measured: 1.5 s\n\n"),
        ("5", "20", "you: 5, measured: 20\n\n"),
        ("1 s and 2 s", "", "You said: 1 s and 2 s\n\n"),
        ("  ", "1.5 s", ""),
    ],
)
def test_a_prediction_stands_beside_the_figure(said: str, measured: str, told: str) -> None:
    """Where the lesson asks for one; a bare number is in the figure's unit."""
    assert lesson.beside(said, measured) == told


def test_pages_on_a_terminal_that_knows_only_ascii() -> None:
    """Nothing but ASCII is printed, and pictures keep their columns."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", "lesson", "checkout"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.isascii()
    assert "e-mail    ##########\n" in done.stdout
    assert "???" not in done.stdout


def test_reset_brings_the_stub_back(ask: Ask, starter: Path) -> None:
    """The stub is back without git, and the learner's file is kept under a name that is told."""
    file = starter / "exercises/06_checkout/checkout.py"
    stub = file.read_text()
    untouched = ask("reset", "checkout")
    assert untouched.endswith("is the original stub already; nothing was changed.\n")
    file.write_text("mine = 1\n")
    assert ask("reset", "checkout").splitlines() == [
        "exercises/06_checkout/checkout.py is the original stub again.",
        "Your file is kept as exercises/06_checkout/checkout.py.bak",
    ]
    assert file.read_text() == stub
    file.unlink()
    assert len(ask("reset", "checkout").splitlines()) == 1
    assert file.read_text() == stub


def test_a_starter_has_no_solution_to_show(ask: Ask) -> None:
    """Where the solutions are not, one sentence says so."""
    with pytest.raises(GraderError, match=r"is not part of this starter"):
        ask("solution", "checkout", "--yes")


@pytest.mark.parametrize("name", ["", "05-07", "1,2"])
def test_these_commands_take_one_exercise(
    name: str, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A range or a list is refused, not cut to its first."""
    monkeypatch.chdir(ROOT)
    with pytest.raises(GraderError, match="and this command takes one"):
        ask("reset", name)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("lesson dash", ["dashboard"]),
        ("run 06", ["06_checkout"]),
        ("explain one-after", ["one-after-another"]),
        ("hin", ["hint"]),
        ("hint nothing-is-called-so", []),
    ],
)
def test_the_shell_completes(typed: str, offered: list[str], tmp_path: Path) -> None:
    """Bash itself, with what `--install-completion` installs, completes commands and ids."""
    program = tmp_path / "grader"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m grader "$@"\n')
    program.chmod(0o755)
    script = f"""
        PATH="{tmp_path}:$PATH"
        eval "$(_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION=1 grader --show-completion bash)"
        COMP_WORDS=(grader {typed}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        _grader_completion grader; printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == offered, done.stderr


def test_without_a_name_the_first_unfinished_is_meant(ask: Ask) -> None:
    """A starter has one exercise, which is not begun."""
    assert ask("hint") == ask("hint", "checkout")
