"""The corpus of broken and hostile answers: each file says what must come of it.

`python -m tests.grader.corpus [accidents|cheats|hostile|harmless]` grades it and prints the
table; with `--isolation sandbox` as other people's answers are graded. A file under
`answers/KIND/` begins with a header of comments:

    # exercise: checkout
    # status: refused            (`crashed or timed_out` where both are right)
    # points: 0                  (what the same code without the trick would get)
    # says: gc                   (words of the problem or of a failure; one line per sentence)
    # flags: imports gc          (words of a flag; without such a line there must be none)
    # guard: 0.5                 (processor seconds of a test, for what runs into the guard;
                                  without it a learner's)
    # audit: off                 (not audited while it runs, for what lies behind that)

A line `# sandbox says:` (or another key) stands for that key's lines in the sandbox.
`{here}` in a sentence or flag is the number of the line that ends in `# here`.

A file `build_*.py` is no answer itself: its `build(path)` makes what is handed in, for what
is no plain text file (a folder, a symbolic link, NUL bytes). It runs here, so it is ours.
"""

import argparse
import importlib.util
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grader.course import circumstances, folders
from grader.course import exercises as course
from grader.course.exercises import Course
from grader.model.endings import GUARD_SECONDS
from grader.model.errors import GraderError
from grader.model.report import ExerciseResult, Isolation
from grader.parent import children, session
from grader.parent.conversation import Order
from grader.parent.runner import Runner
from tests.grader.unaudited import unaudited

ROOT = folders.find_root(Path(__file__).parent)
ANSWERS = Path(__file__).parent / "corpora"
KINDS = ("accidents", "cheats", "hostile", "harmless")
HEADER = re.compile(r"# (sandbox )?(exercise|status|points|says|flags|guard|audit): (.+)")


@dataclass(frozen=True)
class Case:
    """One file of the corpus and what its header promises."""

    kind: str
    path: Path
    exercise: str
    statuses: tuple[str, ...]
    points: int
    says: tuple[str, ...]
    flags: tuple[str, ...]
    guard_seconds: float
    audited: bool

    @property
    def name(self) -> str:
        return self.path.stem

    def broken_by(self, result: ExerciseResult) -> list[str]:
        """One sentence per difference between the header and the verdict."""
        told = []
        if result.status not in self.statuses:
            told.append(f"must be {' or '.join(self.statuses)}, is {result.status}")
        if result.points != self.points:
            told.append(f"must get {self.points} points, gets {result.points}")
        said = sentences(result)
        told += [f"must say {text!r}" for text in self.says if text not in said]
        flags = "\n".join(result.flags)
        told += [f"must be flagged {text!r}" for text in self.flags if text not in flags]
        if flags and not self.flags:
            told.append(f"must not be flagged: {flags}")
        return told


def sentences(result: ExerciseResult) -> str:
    """All that a learner reads about one exercise, whatever the format."""
    said = [result.problem or "", *result.flags, result.printed]
    for test in result.tests:
        if test.failure is not None:
            failure = test.failure
            said += [f"expected {failure.expected}, got {failure.actual}"]
            said += [failure.why, failure.next, f"line {failure.line}", test.printed]
    return "\n".join(filter(None, said))


def read(path: Path, isolation: Isolation = "process") -> Case:
    """The case that a file's header describes. Raises ValueError when it is not complete."""
    found: dict[str, list[str]] = {}
    elsewhere: dict[str, list[str]] = {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    here = next((n for n, line in enumerate(lines, 1) if line.endswith("# here")), 0)
    for line in lines:
        match = HEADER.fullmatch(line.lstrip("\ufeff").rstrip())
        if match is None:
            break
        into = elsewhere if match[1] else found
        into.setdefault(match[2], []).append(match[3].strip().replace("{here}", str(here)))
    if isolation == "sandbox":
        found |= elsewhere
    if missing := {"exercise", "status", "points"} - found.keys():
        raise ValueError(f"{path.name} begins without {', '.join(sorted(missing))}")
    return Case(
        kind=path.parent.name,
        path=path,
        exercise=found["exercise"][0],
        statuses=tuple(found["status"][0].split(" or ")),
        points=int(found["points"][0]),
        says=tuple(found.get("says", ())),
        flags=tuple(found.get("flags", ())),
        guard_seconds=float(found.get("guard", [GUARD_SECONDS])[0]),
        audited=found.get("audit", ["on"])[0] != "off",
    )


def cases(kinds: Sequence[str] = KINDS, isolation: Isolation = "process") -> list[Case]:
    """Every case of these kinds, by name."""
    return [
        read(path, isolation) for kind in kinds for path in sorted((ANSWERS / kind).glob("*.py"))
    ]


def hand_in(case: Case, path: Path) -> None:
    """Put what the case hands in at `path`, whose folder is there."""
    if not case.name.startswith("build_"):
        shutil.copyfile(case.path, path)
        return
    spec = importlib.util.spec_from_file_location(case.name, case.path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.build(path)


def order(case: Case, found: Course, folder: Path, *, own: bool = False) -> Order:
    """The case as the runner takes it, handed in below `folder` as in `exercises/`."""
    (exercise,) = found.select([case.exercise])
    path = folder / case.kind / case.name / exercise.folder / exercise.file
    path.parent.mkdir(parents=True)
    hand_in(case, path)
    shown = exercise.file
    made = session.order(exercise, path, shown, "virtual", own=own)
    if made.job is None:
        return made
    return replace(made, job=replace(made.job, guard_seconds=case.guard_seconds))


def grade(chosen: Sequence[Case], folder: Path, runner: Runner) -> list[ExerciseResult]:
    """The verdicts, in the order of the cases."""
    found = course.load(ROOT)
    audited = [case for case in chosen if case.audited]
    others = [case for case in chosen if not case.audited]
    results = runner.run([order(case, found, folder) for case in audited])
    with unaudited():
        results += runner.run([order(case, found, folder) for case in others])
    by_case = dict(zip([*audited, *others], results, strict=True))
    return [by_case[case] for case in chosen]


def main(words: Sequence[str]) -> int:
    """Grade the kinds, print the table and every broken promise; 1 when there is one."""
    parser = argparse.ArgumentParser(prog="python -m tests.grader.corpus")
    parser.add_argument("kinds", nargs="*", metavar="kind", help=f"{', '.join(KINDS)}; else all")
    parser.add_argument("--isolation", choices=["process", "sandbox"], default="process")
    given = parser.parse_args(words)
    if unknown := set(given.kinds) - set(KINDS):
        parser.error(f"there is no kind {', '.join(sorted(unknown))}: {', '.join(KINDS)}")
    chosen = cases(given.kinds or KINDS, given.isolation)
    os.environ[circumstances.SWITCH] = "off"  # as in our tests: the headers' points are without
    try:
        runner = Runner(isolation=given.isolation, judged=True)
    except GraderError as error:
        parser.error(f"{error.problem} {error.remedy}")
    with tempfile.TemporaryDirectory(prefix="awaitlings-corpus-") as folder:
        results = grade(chosen, Path(folder), runner)
    table = Table(box=None, pad_edge=False)
    for heading in ("", "kind", "answer", "exercise", "status", "points", "real s", "says"):
        table.add_column(heading, overflow="fold")
    broken = 0
    for case, result in zip(chosen, results, strict=True):
        told = case.broken_by(result)
        broken += bool(told)
        first = next((line for line in sentences(result).splitlines() if line), "")
        table.add_row(
            "x" if told else "+",
            case.kind,
            case.name,
            case.exercise,
            result.status,
            f"{result.points}/{result.max_points}",
            f"{result.real_seconds:.2f}",
            "; ".join(told) if told else first[:120],
        )
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = 200
    console.print(table)
    console.print(f"{len(chosen)} answers, {broken} with another verdict than promised.")
    return 1 if broken else 0


if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
    finally:
        children.stop()
    sys.exit(status)
