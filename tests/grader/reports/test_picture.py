"""Every wrong answer of the course, as a learner sees it in a terminal.

Graded once, then drawn for terminals of 80 and of 120 columns, with and without Unicode.
"""

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pexpect
import pytest
from rich.cells import cell_len
from rich.console import Console

from grader.course import exercises as course
from grader.course import folders, patches
from grader.course.exercises import Exercise
from grader.model.report import ExerciseResult
from grader.parent import session
from grader.parent.runner import Runner
from grader.reports import terminal
from grader.reports.timeline import MAX_ROWS
from tests.grader.terminals import INSIDE, PATH, PRINTED

ROOT = folders.find_root(Path(__file__).parent)
ROW = re.compile(r"^  +(\d+  )?.*  [░█─│▓✗◇▶?.#\-|Bx/>]{20,48}$")


def wrong_answers() -> list[tuple[Exercise, Path]]:
    return [
        (exercise, path)
        for exercise in course.load(ROOT).exercises
        for path in sorted((exercise.solutions / "wrong").glob("*.py"))
    ]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for each wrong answer, laid out as a learner's; it is the current folder."""
    folder = tmp_path_factory.mktemp("wrong")
    for exercise, path in wrong_answers():
        place = folder / path.stem / "exercises" / exercise.folder / exercise.file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(patches.whole(path), encoding="utf-8")
    with chdir(folder):
        yield folder


@pytest.fixture(scope="module")
def results(answers: Path) -> list[ExerciseResult]:
    """The verdicts on all wrong answers, in the order of `wrong_answers`."""
    orders = []
    for exercise, path in wrong_answers():
        shown = f"{path.stem}/exercises/{exercise.folder}/{exercise.file}"
        orders.append(session.order(exercise, answers / shown, shown, "virtual"))
    return Runner().run(orders)


def screen(result: ExerciseResult, width: int, encoding: str, *, full: bool = False) -> str:
    """What `grader run` prints about the answer, with the first failure of each diagnosis."""
    bytes_ = io.BytesIO()
    stream = io.TextIOWrapper(bytes_, encoding=encoding, errors="replace", newline="\n")
    console = Console(
        file=stream, width=width, highlight=False, force_terminal=True, color_system=None
    )
    seen = set()
    for test in result.tests:
        if test.status == "failed" and test.failure and test.failure.diagnosis not in seen:
            seen.add(test.failure.diagnosis)
            one = result.model_copy(update={"tests": [test]})
            terminal.explain(one, console, full=full)
    if not seen:
        terminal.explain(result, console, full=full)
    stream.flush()
    return bytes_.getvalue().decode(encoding)


# Some two hundred answers are graded, in the fixture: minutes on a busy machine.
@pytest.mark.thorough
@pytest.mark.timeout(900)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("width", [80, 120])
def test_every_wrong_answer_is_shown_well(
    results: list[ExerciseResult], width: int, encoding: str
) -> None:
    """No line too wide, no frame but the learner's, no escape code, a reason and a next step."""
    poor = []
    for (_, path), result in zip(wrong_answers(), results, strict=True):
        shown = screen(result, width, encoding)
        name = f"{path.parent.parent.name}/{path.stem}"
        lines = shown.splitlines()
        wide = [line for line in lines if cell_len(line) > width and not PATH.match(line)]
        poor += [f"{name}: too wide: {line}" for line in wide]
        own = [line for line in lines if not PRINTED.match(line)]
        poor += [f"{name}: not for a learner: {line}" for line in own if INSIDE.search(line)]
        poor += [f"{name}: ends in blanks: {line!r}" for line in lines if line.endswith("  ")]
        if "\x1b" in shown:
            poor.append(f"{name}: an escape code")
        if "Next: " not in shown:
            poor.append(f"{name}: no next step")
        if encoding == "ascii" and not shown.isascii():
            poor.append(f"{name}: not ASCII")
        for block in shown.split("Next: "):
            rows = [line for line in block.splitlines() if ROW.match(line)]
            if len(rows) > MAX_ROWS:
                poor.append(f"{name}: {len(rows)} rows")
    assert poor == []


@pytest.mark.timeout(900)  # whichever test comes first waits for the fixture
@pytest.mark.thorough
def test_every_reason_is_whole(results: list[ExerciseResult]) -> None:
    """Each sentence starts as a sentence, ends as one, and each failure names the file."""
    poor = []
    for (_, path), result in zip(wrong_answers(), results, strict=True):
        for test in result.tests:
            failure = test.failure
            if failure is None:
                continue
            name = f"{path.parent.parent.name}/{path.stem}: {test.id}"
            if not re.match(r"[A-Z0-9`]|[\w.]+(\(| \w)", failure.why):
                poor.append(f"{name}: {failure.why}")
            if re.match(r"(a|an|the|it|at|no) ", failure.why) or "  " in failure.why:
                poor.append(f"{name}: {failure.why}")
            if not failure.why.endswith((".", "?")) or ".." in failure.why.replace("...", ""):
                poor.append(f"{name}: {failure.why}")
            if not failure.next.endswith((".", "?")) or not failure.next[0].isupper():
                poor.append(f"{name}: {failure.next}")
            if not failure.file.endswith(f"{path.parent.parent.name[3:]}.py"):
                poor.append(f"{name}: {failure.file}")
    assert poor == []


@pytest.mark.timeout(900)  # whichever test comes first waits for the fixture
@pytest.mark.thorough
def test_a_line_that_is_named_is_the_learners(results: list[ExerciseResult]) -> None:
    """A failure's line lies in the file, and is neither empty nor a comment."""
    for (_, path), result in zip(wrong_answers(), results, strict=True):
        lines = path.read_text(encoding="utf-8").splitlines()
        for test in result.tests:
            if test.failure is not None and test.failure.line is not None:
                code = lines[test.failure.line - 1].strip()
                assert code, (path, test.id)
                assert not code.startswith("#"), (path, test.id)


@pytest.mark.skipif(os.name != "posix", reason="the pseudo-terminal of the test is POSIX's")
@pytest.mark.parametrize(("columns", "encoding"), [(80, "utf-8"), (120, "ascii")])
def test_in_a_real_terminal(tmp_path: Path, columns: int, encoding: str) -> None:
    """The command itself, in a terminal of that width: no escape code under NO_COLOR."""
    exercise = next(e for e in course.load(ROOT).exercises if e.slug == "checkout")
    place = tmp_path / exercise.folder / exercise.file
    place.parent.mkdir()
    place.write_text(patches.whole(exercise.solutions / "wrong" / "blocking_wait.py"))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COLUMNS")},
        "NO_COLOR": "1",
        "TERM": "xterm-256color",
        "PYTHONIOENCODING": encoding,
    }
    child = pexpect.spawn(
        sys.executable,
        ["-m", "grader", "run", "checkout", "--answers", str(tmp_path)],
        cwd=str(ROOT),
        env=environment,
        dimensions=(60, columns),
        encoding="utf-8",
        timeout=50,
    )
    shown = child.read().replace("\r\n", "\n")
    child.close()
    assert child.exitstatus == 1
    assert "\x1b" not in shown
    assert "took 1.5 s, expected 1.0 s: blocked loop" in shown
    assert ("BBBB" if encoding == "ascii" else "▓▓▓▓") in shown
    assert encoding == "utf-8" or shown.isascii()
    rows = [line for line in shown.splitlines() if not PATH.match(line)]
    assert max(map(cell_len, rows)) <= columns
