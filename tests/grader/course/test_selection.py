"""How exercises are named: one by one, in ranges, in lists."""

from pathlib import Path

import pytest

from grader.course import exercises as course
from grader.course import folders
from grader.course.exercises import Course, Exercise, Settings
from grader.model.errors import GraderError

SETTINGS = Settings(
    title="A title", level="beginner", chapter="A chapter", teaches="much", hints=("a", "b", "c")
)
SLUGS = {1: "await_the_quote", 2: "fast_and_slow", 3: "thousands", 6: "checkout", 10: "one_client"}
COURSE = Course(
    Path("course"),
    tuple(Exercise(Path("course"), number, slug, SETTINGS) for number, slug in SLUGS.items()),
)


ADVANCED = SETTINGS.model_copy(update={"level": "advanced"})


def numbers(*names: str) -> list[int]:
    return [exercise.number for exercise in COURSE.select(names)]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), [1, 2, 3, 6, 10]),
        (("",), [1, 2, 3, 6, 10]),
        (("checkout",), [6]),
        (("6", "06", "06_checkout"), [6]),
        (("exercises/06_checkout/checkout.py",), [6]),
        (("01-03",), [1, 2, 3]),
        (("1-6,10",), [1, 2, 3, 6, 10]),
        (("10, checkout,2 - 3,",), [2, 3, 6, 10]),
        (("05-99",), [6, 10]),
        (("01-02", "checkout"), [1, 2, 6]),
    ],
)
def test_lists_and_ranges(names: tuple[str, ...], expected: list[int]) -> None:
    """Commas and ranges, in any order, give exercises in course order, each once."""
    assert numbers(*names) == expected


def test_levels() -> None:
    """Beginners' exercises come first whatever their numbers; a level leaves the other out."""
    advanced = Exercise(COURSE.root, 2, "fast_and_slow", ADVANCED)
    mixed = COURSE.with_changed(advanced)
    assert [e.number for e in mixed.select([], "advanced")] == [2]
    assert [e.number for e in mixed.select(["01-03"], "beginner")] == [1, 3]
    assert [e.number for e in sorted(mixed.exercises, key=lambda e: e.place)] == [1, 3, 6, 10, 2]
    with pytest.raises(GraderError) as raised:
        mixed.select(["checkout"], "advanced")
    assert raised.value.problem == "None of these exercises is for the level advanced."
    assert raised.value.remedy == "`grader list --level advanced` shows those that are."


@pytest.mark.parametrize(
    ("name", "problem", "remedy"),
    [
        ("chekout", "There is no exercise 'chekout'.", "Did you mean checkout?"),
        ("client,chekout", "There is no exercise 'client'.", "Did you mean one_client?"),
        ("fast-and-slow", "There is no exercise 'fast-and-slow'.", "Did you mean fast_and_slow?"),
        ("07_checkout", "There is no exercise '07_checkout'.", "Did you mean checkout?"),
        ("77", "There is no exercise '77'.", "`grader list` shows them all."),
        ("²", "There is no exercise '²'.", "`grader list` shows them all."),
        ("08-01", "The range '08-01' runs backwards.", "Write it as 01-08."),
        (
            "04-05",
            "There is no exercise in the range '04-05'.",
            "The exercises have numbers from 01 to 10; `grader list` shows them all.",
        ),
    ],
)
def test_what_cannot_be_found_is_told(name: str, problem: str, remedy: str) -> None:
    """A wrong name, an empty range and one that runs backwards: each its own sentence."""
    with pytest.raises(GraderError) as caught:
        numbers(name)
    assert (caught.value.problem, caught.value.remedy) == (problem, remedy)


def test_the_real_course_takes_a_list() -> None:
    """What the documentation shows works on the course that is here."""
    found = course.load(folders.find_root(Path(__file__).parent))
    assert [exercise.slug for exercise in found.select(["02-03,checkout"])][-1] == "checkout"


def test_a_path_that_is_no_text_can_be_shown(tmp_path: Path) -> None:
    """A folder whose name has bytes that are no UTF-8 ends in no traceback."""
    shown = folders.shown_path(tmp_path / "bad\udcff" / "checkout.py", tmp_path)
    assert shown == "bad\ufffd/checkout.py"
