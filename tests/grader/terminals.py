"""`grader run` on every wrong answer of the course, in real pseudo-terminals.

`python -m tests.grader.terminals` takes them all through all of them, for most of an hour, and
prints what a learner should not have seen; `--show FILE` writes the screens to a file, and
`--each 2` takes two terminals for each answer, in turns.
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pexpect
from rich.cells import cell_len

from grader.course import exercises as course
from grader.course import folders, patches
from grader.course.exercises import Exercise

ROOT = folders.find_root(Path(__file__).parent)
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07)")
"""What moves the cursor, gives a colour or makes a link."""
INSIDE = re.compile(
    r"Traceback|site-packages|/grader/|_pytest|pluggy|test_\w+\.py|<frozen|0x[0-9a-f]{6}"
)
"""What a learner must never see: frames of the grader, of pytest or of a suite; addresses."""
PATH = re.compile(r"^  \S+\.py(:\d+)?$")
"""The one kind of line that is never broken, so that a terminal makes a link of it."""
PRINTED = re.compile(r"^  [│|] ")
"""A line of what the answer printed, where it may write what it likes."""
LOCALE = re.compile("LC_|LANG|COLUMNS|NO_COLOR|PYTHONIOENCODING|PYTHONUTF8")
"""Variables that say what a terminal is like."""
REAL_SECONDS = 120
"""How long one run may take: a guard."""


@dataclass(frozen=True)
class Terminal:
    """A terminal, by what a program can know of it."""

    name: str
    columns: int
    variables: dict[str, str] = field(default_factory=lambda: {"LANG": "C.UTF-8"})

    @property
    def has_colours(self) -> bool:
        return "NO_COLOR" not in self.variables

    @property
    def is_ascii(self) -> bool:
        return self.variables.get("LC_ALL") == "C"


TERMINALS = (  # narrow and wide take turns
    Terminal("80 columns", 80),
    Terminal("120 columns", 120),
    Terminal("80 columns, NO_COLOR", 80, {"LANG": "C.UTF-8", "NO_COLOR": "1"}),
    Terminal("120 columns, ASCII", 120, {"LC_ALL": "C"}),
)


def wrong_answers() -> list[tuple[Exercise, Path]]:
    return [
        (exercise, path)
        for exercise in course.load(ROOT).exercises
        for path in sorted((exercise.solutions / "wrong").glob("*.py"))
    ]


def chosen(each: int) -> list[tuple[Terminal, Exercise, Path]]:
    """Every answer in `each` of the terminals, which take turns: of two, one is the wider."""
    return [
        (TERMINALS[(number + turn) % len(TERMINALS)], exercise, path)
        for number, (exercise, path) in enumerate(wrong_answers())
        for turn in range(each)
    ]


def screen(exercise: Exercise, answer: Path, terminal: Terminal) -> str:
    """What the terminal gets, escape codes and all."""
    with tempfile.TemporaryDirectory(prefix="room-") as room:
        place = Path(room, exercise.folder, exercise.file)
        place.parent.mkdir()
        place.write_text(patches.whole(answer), encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not LOCALE.match(name)}
        child = pexpect.spawn(
            sys.executable,
            ["-m", "grader", "run", exercise.slug, "--answers", room],
            cwd=str(ROOT),
            env={**kept, "TERM": "xterm-256color", **terminal.variables},
            dimensions=(60, terminal.columns),
            encoding="utf-8",
            timeout=REAL_SECONDS,
        )
        shown = str(child.read()).replace("\r\n", "\n")
        child.close()
    return shown if child.exitstatus == 1 else f"{shown}\nended with {child.exitstatus}\n"


def unfit(shown: str, terminal: Terminal) -> Iterator[str]:
    """What is wrong with a screen."""
    if not terminal.has_colours and "\x1b" in shown:
        yield f"an escape code: {shown[shown.index(chr(27)) :][:20]!r}"
    plain = ESCAPE.sub("", shown)
    if "\x1b" in plain:
        yield f"an unknown escape code: {plain[plain.index(chr(27)) :][:20]!r}"
    if terminal.is_ascii and not plain.isascii():
        yield f"not ASCII: {''.join(c for c in plain if not c.isascii())[:20]!a}"
    if "Next: " not in plain:
        yield "no next step"
    for line in re.split("[\r\n]", plain):
        if cell_len(line) > terminal.columns and not PATH.match(line):
            yield f"too wide: {line}"
        if INSIDE.search(line) and not PRINTED.match(line):
            yield f"not for a learner: {line}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=Path, help="a file for the screens")
    parser.add_argument("--part", default="0/1", help="1/4: every fourth, from the second on")
    parser.add_argument("--each", type=int, default=len(TERMINALS), help="terminals per answer")
    arguments = parser.parse_args()
    part, parts = map(int, arguments.part.split("/"))
    work = chosen(arguments.each)[part::parts]
    for terminal, exercise, path in work:
        shown = screen(exercise, path, terminal)
        name = f"{path.relative_to(ROOT)} in {terminal.name}"
        if arguments.show is not None:
            with arguments.show.open("a", encoding="utf-8") as file:
                file.write(f"==== {name}\n{ESCAPE.sub('', shown)}\n")
        for problem in unfit(shown, terminal):
            print(f"{name}: {problem}", flush=True)
    print(f"{len(work)} screens", flush=True)


if __name__ == "__main__":
    main()
