"""A debugger holds a plain pytest run as long as its user likes, and the verdict stays exact."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course import folders, patches
from grader.system import HAS_POSIX
from tests.grader import debugged

ROOT = folders.find_root(Path(__file__).parent)
SUITE = "tests/exercises/06_checkout"
AT = "await process_payment(order.id)"
VERDICT = "took 1.5 s, expected 1.0 s"

pytestmark = pytest.mark.skipif(not HAS_POSIX, reason="debugpy was tried on Linux only")


def answer(room: Path, *, stop: str = "", name: str = "wrong/sequential.py") -> tuple[Path, int]:
    """The sequential answer in an answers folder, and the line of its first await."""
    place = room / "06_checkout" / "checkout.py"
    place.parent.mkdir()
    text = patches.whole(ROOT / "solutions" / "06_checkout" / name)
    lines = text.splitlines()
    line = next((n for n, code in enumerate(lines) if AT in code), 0)
    if stop:
        lines.insert(line, f"    {stop}")
    place.write_text("\n".join(lines), encoding="utf-8")
    return place, line + 1


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "pause",
    [0.3, *(pytest.param(pause, marks=pytest.mark.thorough) for pause in (3.0, 12.0))],
)
def test_an_editors_debugger_stops_the_clock(tmp_path: Path, pause: float) -> None:
    """debugpy stops at the breakpoint, stands for so many real seconds, and goes on."""
    place, line = answer(tmp_path)
    words = [SUITE, "-k", "overlap", "--answers", str(tmp_path)]
    code, said, stops = debugged.run(words, ROOT, place, line, pause)
    assert stops >= 1, said
    assert VERDICT in said
    assert code == 1


def run(room: Path, keys: str, *words: str) -> str:
    """Plain pytest on the answer in `room`, with `keys` typed into it."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", SUITE, "-k", "overlap", "--answers", str(room), *words],
        cwd=ROOT,
        input=keys,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    return done.stdout


def test_a_breakpoint_under_plain_pytest(tmp_path: Path) -> None:
    """With -s, pdb answers, and the verdict does not count the time at its prompt."""
    answer(tmp_path, stop="breakpoint()")
    said = run(tmp_path, "p order.id\nimport time; time.tzname\ncontinue\n", "-s")
    assert re.search(r"\(Pdb\) \d+", said)
    assert VERDICT in said


def test_pdb_opens_in_the_learners_line(tmp_path: Path) -> None:
    """`--pdb` after an exception of the answer shows its line, and its names."""
    _, line = answer(tmp_path, stop="oops")
    said = run(tmp_path, "p order\nq\n", "--pdb")
    assert f"checkout.py({line})checkout()\n-> oops\n(Pdb) Order(id=" in said


def test_the_editor_knows_how_to_debug() -> None:
    """VS Code's button for a test finds the debugger, and F5 debugs the open exercise."""
    listed = json.loads((ROOT / ".vscode/launch.json").read_text(encoding="utf-8"))
    first, second = listed["configurations"]
    assert (first["type"], first["purpose"]) == ("debugpy", ["debug-test"])
    assert second["args"] == ["tests/exercises/${fileDirnameBasename}", "-s"]
