"""What a shell gets at Tab: ids and options, and soon."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli.options import complete_id
from grader.course import folders

ROOT = folders.find_root(Path(__file__).parent)


def asked(shell: str, line: str) -> str:
    """What the shell's own script asks with, in its variables, and the answer."""
    words = line.split(" ")
    variables = {
        "_GRADER_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    return subprocess.run(
        [sys.executable, "-m", "grader"],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    ).stdout


@pytest.mark.parametrize(
    ("shell", "line", "offered"),
    [
        ("bash", "grader watch che", ["checkout", "checkout_in_order"]),
        ("bash", "grader run --format j", ["json", "junit"]),
        ("zsh", "grader run 06", ["06_checkout"]),
        ("zsh", "grader export --for classroom5", ["classroom50"]),
        ("fish", "grader watch che", ["checkout", "checkout_in_order"]),
        ("fish", "grader les", ["lesson"]),
    ],
)
def test_each_shell_is_answered(shell: str, line: str, offered: list[str]) -> None:
    """Ids, commands and the values of options, in the shell's own form."""
    said = asked(shell, line)
    assert all(word in said for word in offered)


def test_bash_completes(tmp_path: Path) -> None:
    """The script that `--show-completion` prints, in bash itself."""
    command = tmp_path / "grader"
    command.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m grader \"$@\"\n")
    command.chmod(0o755)
    script = f"""
        PATH="{tmp_path}:$PATH"
        eval "$(_GRADER_COMPLETE=source_bash grader)"
        COMP_WORDS=(grader hint 01,che) COMP_CWORD=2
        _grader_completion grader
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["01,checkout", "01,checkout_in_order"], done.stderr


def test_only_what_begins_so_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number gives the folder's name; apostrophes are those that a shell leaves alone."""
    monkeypatch.chdir(ROOT)
    assert [name for name, _ in complete_id("0")][:2] == ["01_await_the_quote", "02_fast_and_slow"]
    assert complete_id("await") == [("await_the_quote", "Await the courier’s price")]  # noqa: RUF001
    assert complete_id("nothing") == []


def test_a_course_that_is_broken_offers_the_rest(tmp_path: Path) -> None:
    """Tab never fails: what cannot be read is left out."""

    for folder, text in (("01_a", "title = 'A'"), ("02_b", "title ="), ("03_c", "title = 3")):
        (tmp_path / "tests/exercises" / folder).mkdir(parents=True)
        (tmp_path / "tests/exercises" / folder / "exercise.toml").write_text(text)
    assert folders.titles(tmp_path) == {"01_a": "A"}


def test_tab_does_not_load_the_grader() -> None:
    """The command line alone brings no report, no course and no suite: Tab would wait for it."""
    script = "import sys, grader.cli; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {
        "grader.model.report",
        "grader.course.exercises",
        "grader.parent.forked",
        "pydantic",
        "rich.console",
        "pytest",
    }
    assert not heavy & set(done.stdout.split())
