"""What keys, saves and verdicts do to the state, without a terminal and without threads."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from grader.commands.watch import pages
from grader.commands.watch.gradings import Gradings
from grader.commands.watch.inbox import AllGraded, Graded, OwnPassed, Saved
from grader.commands.watch.loop import Loop
from grader.commands.watch.state import Page
from grader.course import exercises as course
from grader.course.exercises import Course, Exercise
from grader.model.report import ExerciseResult, ExerciseStatus, TestResult
from grader.parent.runner import Runner
from tests.grader.commands.watch.screens import ROOT, copy_course


class Asked(Gradings):
    """Remembers what was asked for, and grades nothing."""

    def __init__(self) -> None:
        self.first: list[str] = []
        self.later: list[str] = []

    def saved(self, slugs: Iterable[str]) -> None:
        self.first += slugs

    def wanted(self, slugs: Iterable[str]) -> None:
        self.later += slugs


@pytest.fixture
def found(tmp_path: Path) -> Course:
    folders = ("01_await_the_quote", "02_fast_and_slow", "06_checkout")
    return course.load(copy_course(tmp_path / "course", *folders))


@pytest.fixture
def loop(found: Course) -> Iterator[Loop]:
    loop = Loop(found, found.exercises[0], Runner())
    real, loop.gradings = loop.gradings, Asked()
    yield loop
    loop.inbox.close()
    real.discard()


def tell(loop: Loop, exercise: Exercise, status: ExerciseStatus) -> None:
    result = ExerciseResult(
        id=exercise.slug,
        number=exercise.number,
        title="",
        level="beginner",
        status=status,
        points=0,
        max_points=1,
        real_seconds=0,
    )
    loop._hear(Graded(result))


def told_own(loop: Loop, exercise: Exercise) -> str:
    """The frame after its own tests have passed, of fifteen points nine; two checks follow."""
    tests = [
        TestResult(id="test_it", title="It works.", status="passed", points=9, max_points=9),
        TestResult(id="again", title="Again.", status="skipped", points=0, max_points=3),
        TestResult(id="stretched", title="Longer.", status="skipped", points=0, max_points=3),
    ]
    about = {"id": exercise.slug, "number": exercise.number, "title": "", "level": "beginner"}
    result = ExerciseResult.model_validate(
        {**about, "status": "passed", "points": 9, "max_points": 15, "real_seconds": 0}
    )
    loop._hear(OwnPassed(result.model_copy(update={"tests": tests})))
    frame = pages.frame(loop.state, 80, 24, Console(color_system=None))
    return " ".join(" ".join(frame).split())


def asked(loop: Loop) -> Asked:
    assert isinstance(loop.gradings, Asked)
    return loop.gradings


def page(loop: Loop) -> Page:
    return loop.state.page


def test_another_file_is_saved(loop: Loop, found: Course) -> None:
    """While this one is unfinished there is a note; once it has passed, that one opens."""
    first, second, _ = found.exercises
    tell(loop, first, "failed")
    loop._hear(Saved(frozenset({second.slug})))
    assert loop.state.current == first
    assert loop.state.note == "Saved as well: fast_and_slow. l jumps there."
    tell(loop, first, "passed")
    loop._hear(Saved(frozenset({second.slug})))
    assert loop.state.current == second
    assert asked(loop).first.count(second.slug) >= 2


def test_own_tests_are_told_before_the_circumstances(loop: Loop, found: Course) -> None:
    """Of a save that passes so far; what has begun since, or another exercise, hides it."""
    first, second = found.exercises[:2]
    so_far = "All its tests pass: 9 points of 15 so far. 2 more checks run now"
    assert so_far not in told_own(loop, first)  # nobody waits for it
    loop._hear(Saved(frozenset({first.slug})))
    assert so_far not in told_own(loop, second)
    shown = told_own(loop, first)
    assert so_far in shown
    assert "grading" in shown
    assert not loop.state.has_passed(first)
    tell(loop, first, "failed")
    assert so_far not in " ".join(pages.frame(loop.state, 80, 24, Console(color_system=None)))


def test_next_goes_round(loop: Loop, found: Course) -> None:
    """After the last exercise come the unfinished ones before it."""
    first, second, third = found.exercises
    loop._jump(third)
    for exercise, status in ((first, "failed"), (second, "passed"), (third, "passed")):
        tell(loop, exercise, status)  # type: ignore[arg-type]  # a literal in a tuple
    loop._press("n")
    assert loop.state.current == first


def test_the_end_wants_everything_graded_once_more(loop: Loop, found: Course) -> None:
    """No verdict from before counts, and what does not pass any more is opened."""
    first, second, third = found.exercises
    for exercise in found.exercises:
        tell(loop, exercise, "passed")
    loop._press("n")
    assert page(loop) is Page.all
    assert asked(loop).later == [exercise.slug for exercise in found.exercises]
    loop._hear(AllGraded())  # of a grading that was under way
    assert page(loop) is Page.all
    for exercise, status in ((first, "passed"), (second, "failed"), (third, "passed")):
        tell(loop, exercise, status)  # type: ignore[arg-type]  # a literal in a tuple
    loop._hear(AllGraded())
    assert loop.state.current == second
    assert loop.state.note == "fast_and_slow does not pass any more."
    tell(loop, second, "passed")
    loop._press("n")
    for exercise in found.exercises:
        tell(loop, exercise, "passed")
    loop._hear(AllGraded())
    assert page(loop) is Page.end
    assert loop.state.current is None


def test_a_save_ends_a_question(loop: Loop, found: Course) -> None:
    """Who saves while asked something sees the verdict, and nothing is reset."""
    first = found.exercises[0]
    tell(loop, first, "failed")
    before = first.stub.read_bytes()
    loop._press("x")
    assert page(loop) is Page.ask_reset
    loop._hear(Saved(frozenset({first.slug})))
    assert page(loop) is Page.verdict
    loop._press("y")
    assert first.stub.read_bytes() == before


def test_reset_keeps_the_learners_file(loop: Loop, found: Course) -> None:
    """`x`, then `y`: the stub is back, and the note names the backup."""
    first = found.exercises[0]
    stub = first.stub.read_bytes()
    first.stub.write_text("mine = 1\n", encoding="utf-8")
    tell(loop, first, "failed")
    loop._press("x")
    loop._press("y")
    assert first.stub.read_bytes() == stub
    backup = first.stub.with_name("await_the_quote.py.bak")
    assert backup.read_text(encoding="utf-8") == "mine = 1\n"
    assert "await_the_quote.py.bak" in loop.state.note
    loop._press("x")
    loop._press("y")
    assert loop.state.note == "It is the original stub already."


def test_the_first_unfinished_opens(found: Course) -> None:
    """As soon as all before it are known, in whatever order the verdicts come."""
    first, second, third = found.exercises
    loop = Loop(found, None, Runner())
    tell(loop, third, "failed")
    tell(loop, second, "failed")
    assert loop.state.current is None
    tell(loop, first, "passed")
    assert loop.state.current == second
    loop.inbox.close()
    loop.gradings.discard()


def test_the_lesson_and_the_page_behind_the_verdict(loop: Loop, found: Course) -> None:
    """`r` reads the lesson, from its task on when the stub has changed; `w` is for failures."""
    exercise = found.exercises[0]
    loop._press("w")
    assert page(loop) is Page.verdict
    loop._press("r")
    assert page(loop) is Page.lesson
    assert loop.state.scroll == 0
    loop._press("enter")
    assert page(loop) is Page.verdict
    exercise.stub.write_text("begun = 1\n", encoding="utf-8")
    loop._press("r")
    shown = pages.frame(loop.state, 80, 24, Console(color_system=None))
    assert [line.strip() for line in shown[:3]] == ["", "Task", ""]
    loop._press("enter")
    exercise.lesson.unlink()
    loop._press("r")
    assert page(loop) is Page.verdict
    assert "README.md cannot be read." in loop.state.note


def test_the_list_finds_what_is_typed(loop: Loop, found: Course) -> None:
    """Each letter leaves fewer; arrows move among them, and `enter` jumps to the one pointed at."""

    def press(*keys: str) -> list[str]:
        for key in keys:
            loop._press(key)
        return [exercise.slug for exercise in loop.state.listed]

    assert press("l", "/", "q") == ["await_the_quote"]
    assert "Find: q" in "\n".join(pages.frame(loop.state, 80, 24, Console()))
    assert press("backspace", "o", "page down", "u") == ["await_the_quote", "checkout"]
    assert press("down", "escape") == [exercise.slug for exercise in found.exercises]
    assert press("/", "z", "z", "enter") == []
    assert loop.state.page is Page.list
    assert "No exercise has that" in "\n".join(pages.frame(loop.state, 80, 24, Console()))
    press("escape", "/", "0", "6", "enter")
    assert (loop.state.current, loop.state.page) == (found.exercises[2], Page.verdict)
    assert len(press("l")) == 3


def test_a_jump_begins_at_the_top(loop: Loop) -> None:
    """However far down the list it was chosen."""
    loop.state.course, loop.state.current = course.load(ROOT), None
    for key in ("l", "3", "0"):
        loop._press(key)
    assert loop.state.scroll > 0
    loop._press("enter")
    assert (loop.state.page, loop.state.scroll) == (Page.verdict, 0)
