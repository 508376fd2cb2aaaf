"""Draws the README's pictures from what `grader` really prints.

    python tests/pictures/draw.py

writes failing.svg and passing.svg beside this file; tests/grader/test_screenshots.py says when
that is due. The output is a real command's, in a course of one exercise; only its random
order ids are replaced, so that the picture is the same each time.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

from grader.course import patches
from grader.reports import svg

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FOLDER = "06_checkout"
WIDTH = 90
SHOTS = {
    "failing.svg": ("wrong/sequential.py", ["run", "checkout"], None),
    "passing.svg": ("checkout.py", ["run", "checkout", "--timeline"], 2),
}
"""For each picture: the answer, the command, and after how many timelines it is cut."""

ORDER_ID = re.compile(r"\b[1-9]\d{4}\b")
LINK = re.compile(r"\x1b\]8;[^\x1b]*\x1b\\")


def printed(answer: str, command: list[str]) -> str:
    """What `grader` prints at a terminal, with the colours' codes."""
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        for part in ("exercises", "tests/exercises"):
            shutil.copytree(ROOT / part / FOLDER, course / part / FOLDER)
        shutil.copy(ROOT / "tests/exercises/pytest.ini", course / "tests/exercises")
        placed = course / "exercises" / FOLDER / "checkout.py"
        placed.write_text(patches.whole(ROOT / "solutions" / FOLDER / answer), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "grader", *command],
            cwd=course,
            env={
                **{name: os.environ[name] for name in os.environ if name != "NO_COLOR"},
                **{"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": str(WIDTH)},
                **{"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            check=False,
        )
    return ORDER_ID.sub("12345", LINK.sub("", done.stdout))


def picture(name: str) -> str:
    """The picture as SVG, after running its command."""
    answer, command, timelines = SHOTS[name]
    lines = Text.from_ansi(printed(answer, command)).split("\n")
    if timelines is not None:
        checks = [index for index, line in enumerate(lines) if line.plain.startswith("  ✓ ")]
        cut = Text(f"  ({len(checks) - timelines} more checks)", style="bright_black")
        lines = [*lines[: checks[timelines]], cut, Text(), lines[-1]]
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, highlight=False)
        for line in [*lines, Text()]:  # room for the last line's descenders
            console.print(line, no_wrap=True, overflow="ignore")
    drawn = console.export_svg(
        title=f"grader {' '.join(command)}",
        theme=SVG_EXPORT_THEME,
        code_format=svg.FORMAT,
        unique_id=name.removesuffix(".svg"),
    )
    return "".join(f"{line.rstrip()}\n" for line in drawn.splitlines())


if __name__ == "__main__":
    for name in SHOTS:
        (HERE / name).write_text(picture(name), encoding="utf-8")
        print(f"tests/pictures/{name}")
