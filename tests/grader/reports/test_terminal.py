"""The report at a terminal: what gives way when there is little room."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from grader.course import folders
from grader.model.report import ExerciseResult
from grader.reports import reasons, terminal

ROOT = folders.find_root(Path(__file__).parent)


def result(id: str, status: str = "failed", title: str = "Serve many at once") -> ExerciseResult:
    return ExerciseResult.model_validate(
        {
            "id": id,
            "number": 5,
            "title": title,
            "level": "beginner",
            "status": status,
            "points": 3,
            "max_points": 10,
            "real_seconds": 0.1,
        }
    )


def drawn(*results: ExerciseResult, width: int, encoding: str = "utf-8") -> list[str]:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    terminal.board(results, Console(file=file, width=width, highlight=False))
    file.seek(0)
    return file.read().splitlines()


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_title_gives_way_first(width: int) -> None:
    """Id, score and state are whole at any width; the title is cut, and says so by dots."""
    long = "Compute on two processors, wait on one thread, and send what is ready"
    line, *_ = drawn(result("concurrency_or_parallelism", "crashed", long), width=width)
    assert line.startswith("! 05  concurrency_or_parallelism  3/10  Com")
    assert line.endswith("…  crashed")
    assert len(line) <= width


def test_what_is_rare_is_said_in_words() -> None:
    """The sign alone tells what every learner sees often; the rest is named."""
    told = {
        status: drawn(result("checkout", status), width=80)[0]
        for status in ("not_started", "failed", "timed_out")
    }
    assert told["not_started"] == "· 05  checkout  3/10  Serve many at once"
    assert told["failed"] == "✗ 05  checkout  3/10  Serve many at once"
    assert told["timed_out"] == "! 05  checkout  3/10  Serve many at once  timed out"


def test_a_busy_machine_is_no_reason_to_edit() -> None:
    """What the grader or the machine has failed in is not the learner's to repair."""
    busy = result("checkout", "timed_out").model_copy(update={"is_graders_fault": True})
    assert reasons.next_step(busy) == "grader run checkout, later: your file is not what is wrong"
    assert reasons.next_step(result("checkout", "timed_out")).startswith("edit ")


def test_scores_stand_below_each_other() -> None:
    """Ids and scores are columns, and no line has trailing spaces."""
    first, second, *_ = lines = drawn(result("checkout"), result("user_lookup"), width=80)
    assert first.index("3/10") == second.index("3/10")
    assert [line for line in lines if line != line.rstrip()] == []


def test_a_cut_title_in_ascii() -> None:
    """A terminal without Unicode gets three dots of ASCII."""
    line, *_ = drawn(result("checkout"), width=36, encoding="ascii")
    assert line == "x 05  checkout  3/10  Serve many..."


def test_only_the_sign_is_coloured() -> None:
    """The colour of the sign ends with it."""
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard")
    with console.capture() as captured:
        terminal.board([result("checkout")], console)
    assert captured.get().startswith("\x1b[31m✗\x1b[0m 05  checkout  3/10  Serve many at once\n")


def test_no_room_for_a_title() -> None:
    """On a very narrow terminal the title goes altogether."""
    line, *_ = drawn(result("checkout"), width=22)
    assert line == "✗ 05  checkout  3/10"


@pytest.mark.parametrize("full", [False, True])
def test_prints_stand_behind_a_bar(full: bool) -> None:
    """Some rows of them, so that the reason stays in sight; no row can pass for another's words."""
    file = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    console = Console(file=file, width=40, highlight=False)
    terminal.printed("::error::forged\n" + "x" * 80 + "\nlast\n" * 40, console, full=full)
    file.seek(0)
    rows = file.read().splitlines()
    assert rows[1:4] == ["  Your code printed:", "  │ ::error::forged", f"  │ {'x' * 36}"]
    assert ("more rows: --timeline full" in " ".join(rows)) is not full
    assert (len(rows) > 2 * terminal.MAX_PRINTED) is full
