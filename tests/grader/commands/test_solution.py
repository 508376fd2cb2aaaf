"""The solution, as one who has passed sees it."""

import io
from pathlib import Path

from rich.console import Console

from grader.commands import solution
from grader.course import exercises, folders

ROOT = folders.find_root(Path(__file__))
CHECKOUT = exercises.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")


def shown(*, terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, color_system=None, width=100)
    solution.show(CHECKOUT, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_terminal_shows_what_a_learner_writes() -> None:
    """Not what was given; in a file stands the whole program."""
    text, drawn = CHECKOUT.solution.read_text(encoding="utf-8"), shown(terminal=True)
    assert "asyncio.gather(" in drawn
    assert "async def process_payment" not in drawn
    assert drawn.lstrip().startswith('"""gather starts both coroutines')
    assert shown(terminal=False).startswith(text)


def test_another_answer_is_run_and_drawn() -> None:
    """A wrong turn gets its reason and its picture, the solution those of what passes."""
    for name, words in (("sequential", "took 1.5 s, expected 1.0 s"), (None, "All passed")):
        console = Console(file=io.StringIO(), width=100)
        solution.run(CHECKOUT, name, console)
        assert isinstance(console.file, io.StringIO)
        assert words in console.file.getvalue()
        assert "expected" in console.file.getvalue()
