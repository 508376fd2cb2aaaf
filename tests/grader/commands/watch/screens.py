"""A real terminal with `grader watch` in it, and courses to watch."""

import contextlib
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect

from grader.course import folders

ROOT = folders.find_root(Path(__file__).parent)
PATIENCE_REAL_SECONDS = 60
"""A guard for busy machines; an idle one needs a second or two to get warm."""
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\")
HOME, END_OF_FRAME = "\x1b[H", "\x1b[J"

EDITOR = '''
"""A line editor: asks for each line that is not written yet, until a line with a dot."""
import os, sys

path = sys.argv[-1]
lines = []
for line in open(path, encoding="utf-8").read().splitlines():
    if "raise NotImplementedError" not in line:
        lines.append(line)
        continue
    while (typed := input("type> ")) != ".":
        lines.append("    " + typed)
with open(path + ".new", "w", encoding="utf-8") as file:
    file.write("\\n".join(lines) + "\\n")
os.replace(path + ".new", path)
'''


def copy_course(root: Path, *folders: str) -> Path:
    """A course of its own with these exercises, all of them stubs."""
    for folder in folders:
        for part in ("exercises", "solutions", "tests/exercises"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / part / folder, root / part / folder, ignore=ignored)
    shutil.copy(ROOT / "tests/exercises/pytest.ini", root / "tests/exercises/pytest.ini")
    return root


def solve(root: Path, folder: str) -> None:
    for path in (root / "solutions" / folder).glob("*.py"):
        shutil.copy(path, root / "exercises" / folder / path.name)


def write_editor(folder: Path) -> str:
    """The command of the line editor, for $EDITOR."""
    path = folder / "line_editor.py"
    path.write_text(EDITOR, encoding="utf-8")
    return f"'{sys.executable}' '{path}'"


class Screen:
    """What stands in the terminal of a running program."""

    def __init__(self, child: "pexpect.spawn[str]") -> None:
        self.child = child
        self.seen = ""
        self.patience_real_seconds = PATIENCE_REAL_SECONDS

    def until(self, *texts: str, without: str = "") -> str:
        """The first frame that holds all `texts`, as plain text.

        Fails with the last frame when none comes.
        """
        return self._wait(lambda: self.frame, texts, without)

    def until_printed(self, *texts: str) -> str:
        """Everything since the last `forget`, once it holds all `texts`."""
        return self._wait(lambda: CONTROL.sub("", self.seen).replace("\r", ""), texts, "")

    def _wait(self, look: Any, texts: tuple[str, ...], without: str) -> str:
        end = time.monotonic() + self.patience_real_seconds
        while True:
            shown: str = look()
            if all(text in shown for text in texts) and not (without and without in shown):
                return shown
            assert time.monotonic() < end, f"{texts} not in:\n{shown}"
            self.read(0.1)

    def read(self, real_seconds: float) -> None:
        with contextlib.suppress(pexpect.TIMEOUT, pexpect.EOF):
            self.seen += self.child.read_nonblocking(1 << 16, timeout=real_seconds)
        # Only the newest frames matter, and a thousand saves draw many.
        if len(self.seen) > 1 << 20:
            self.seen = self.seen[-(1 << 18) :]

    @property
    def frame(self) -> str:
        """The last frame that has been drawn to its end."""
        whole, mark, _ = self.seen.rpartition(END_OF_FRAME)
        return CONTROL.sub("", whole.rpartition(HOME)[2]).replace("\r", "") if mark else ""

    @property
    def frames(self) -> list[str]:
        """Every frame since the last `forget`, oldest first."""
        parts = self.seen.split(HOME)[1:]
        return [CONTROL.sub("", part) for part in parts if END_OF_FRAME in part]

    def forget(self) -> None:
        self.seen = ""

    def press(self, keys: str) -> None:
        """Type; what has been drawn so far counts no more."""
        self.forget()
        self.child.send(keys)


@contextlib.contextmanager
def terminal(
    program: str,
    arguments: list[str],
    root: Path,
    size: tuple[int, int] = (40, 100),
    **environment: str,
) -> Iterator[Screen]:
    """A program in a terminal of `size` lines and columns; ended afterwards."""
    child = pexpect.spawn(
        program,
        arguments,
        cwd=str(root),
        env={**os.environ, "TERM": "xterm-256color", **environment},
        encoding="utf-8",
        dimensions=size,
        timeout=PATIENCE_REAL_SECONDS,
    )
    child.delaybeforesend = None
    try:
        yield Screen(child)
    finally:
        child.close(force=True)


@contextlib.contextmanager
def watch(
    root: Path, *arguments: str, size: tuple[int, int] = (40, 100), **environment: str
) -> Iterator[Screen]:
    """`grader watch` in a terminal."""
    words = ["-m", "grader", "watch", *arguments]
    with terminal(sys.executable, words, root, size, **environment) as screen:
        yield screen
