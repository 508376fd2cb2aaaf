"""Quiet notes on what passes and is not well."""

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import exercises as course
from grader.course import folders, given, patches
from grader.model.report import ExerciseResult
from grader.parent import session
from grader.parent.runner import Runner

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
SOLUTION = CHECKOUT.solution.read_text(encoding="utf-8")
AWAIT = "    payment, email = await"


@pytest.fixture
def grade(tmp_path: Path) -> Callable[[str], ExerciseResult]:
    def grade(text: str) -> ExerciseResult:
        path = tmp_path / "checkout.py"
        path.write_text(text, encoding="utf-8")
        (result,) = Runner(1).run([session.order(CHECKOUT, path, "checkout.py", "virtual")])
        return result

    return grade


@pytest.mark.parametrize("exercise", course.load(ROOT).exercises, ids=lambda e: e.slug)
def test_no_right_answer_is_noted(exercise: course.Exercise) -> None:
    """Neither a solution nor another right answer has anything of the kind."""
    for path in (exercise.solution, *sorted((exercise.solutions / "right").glob("*.py"))):
        assert list(given.notes(exercise, patches.whole(path))) == [], path.name


def test_a_changed_given_function(grade: Callable[[str], ExerciseResult]) -> None:
    """It passes, for a stand-in took its place; a docstring of one's own is no change."""
    result = grade(SOLUTION.replace("await asyncio.sleep(1)", "await asyncio.sleep(0)"))
    assert result.status == "passed"
    (note,) = result.notes
    line = SOLUTION.partition("async def process_payment")[0].count("\n") + 1
    assert note.startswith(f"Line {line}: process_payment is given, and yours is another one.")
    assert grade(SOLUTION.replace("takes a second.", "is slow.")).notes == []


def test_a_raise_of_the_stub_that_was_left(grade: Callable[[str], ExerciseResult]) -> None:
    result = grade(f'{SOLUTION}    raise NotImplementedError("checkout: run both")\n')
    last = SOLUTION.count("\n") + 1
    assert result.notes == [
        f"Line {last} still raises NotImplementedError, as the stub did. Nothing came there, so it "
        "can go."
    ]


def test_a_coroutine_that_was_never_awaited(grade: Callable[[str], ExerciseResult]) -> None:
    result = grade(SOLUTION.replace(AWAIT, f"    process_payment(order.id)\n{AWAIT}"))
    line = SOLUTION.partition(AWAIT)[0].count("\n") + 1
    assert result.status == "passed"
    assert result.notes == [
        f"Line {line}: `process_payment(...)` was called and never awaited, so it did nothing. "
        "Await it, or take it out."
    ]


def test_what_fails_has_no_notes(grade: Callable[[str], ExerciseResult]) -> None:
    """A reason comes first; and a stub is not told of its own `raise`."""
    assert grade(CHECKOUT.original.read_text(encoding="utf-8")).notes == []
