"""The page of a class: figures beside colours, nothing loaded, nobody named who is to be hidden."""

import re

import pytest

from grader.model.class_report import ClassAnswer, ClassExercise, ClassReport, ClassTest, Learner
from grader.model.report import ExerciseResult
from grader.model.spans import Span
from grader.reports.classes import groups, page
from grader.reports.classes.groups import Known
from tests.grader.reports.conftest import HOSTILE as ODD
from tests.grader.reports.test_html import HOSTILE, TAGS, VOID, Page, failed
from tests.grader.reports.test_html import exercise as result

TESTS = ("test_right", "test_quick", "test_tidy")
SPANS = [Span(label="pay(1)", line=3, start=0.0, end=1.0)]
SIZED = 40
FLOW = {".github/x.yml": "1"}


def answer(*passed: bool, text: str = "", status: str = "") -> ClassAnswer:
    """An answer to checkout that passes these tests."""
    tests = dict(zip(TESTS, passed, strict=True)) if passed else dict.fromkeys(TESTS, False)
    return ClassAnswer.model_validate(
        {
            "exercise": "checkout",
            "status": status or ("passed" if all(passed) else "failed"),
            "points": None if status == "not_graded" else sum(passed),
            "digest": "",
            "verdict": "v",
            "reason": f"took 1.5 s{text}",
            "flags": [f"reads sys.argv (line 3){text}"] if text else [],
            "tests": {id: "passed" if ok else "failed" for id, ok in tests.items()},
            "diagnoses": {id: "one-after-another" for id, ok in tests.items() if not ok},
        }
    )


def learner(id: str, *answers: ClassAnswer, **more: object) -> Learner:
    state = "graded" if all(each.points is not None for each in answers) else "not graded"
    content = {"id": id, "state": state, "answers": answers, "feedback": f"{id}-page", **more}
    return Learner.model_validate(content)


def report(*learners: Learner, isolation: str = "sandbox", title: str = "Pay.") -> ClassReport:
    tests = [ClassTest(id=id, title=f"{id} is what it tests.", max_points=1) for id in TESTS]
    exercise = ClassExercise(
        id="checkout", number=6, title=title, max_points=3, suite="", tests=tests
    )
    made = ClassReport.model_validate(
        {
            "schema": "awaitlings/class/1",
            "isolation": isolation,
            "python": "3.13.1",
            "libraries": "",
            "grader": "",
            "exercises": [exercise],
            "learners": learners,
        }
    )
    fails = (("test_quick", "one-after-another"), ("test_tidy", "one-after-another"))
    known = {("checkout", "failed", fails): Known(("one_by_one",), "Both wait in turn.")}
    return groups.complete(made, known)  # type: ignore[arg-type]


def example(_key: str) -> ExerciseResult:
    return result(tests=[failed(SPANS)])


def some() -> ClassReport:
    return report(
        learner("ada", answer(True, True, True)),
        learner("bob", answer(True, False, False)),
        learner("cyd", answer(True, False, False)),
        learner("dan", answer(status="not_started")),
        learner("eve", answer(True, True, False), listed=FLOW, github=dict.fromkeys(FLOW, "2")),
        learner("fay", answer(status="not_graded"), problem="fay.zip is damaged."),
        Learner(id="gus", state="nothing handed in"),
        isolation="process",
    )


def test_what_stands_there() -> None:
    """Points, tests that nobody passes, a group with its name, sentence and members."""
    text = Page(page.render(some(), example)).text
    for words in (
        "6 learners, 1 exercise",
        "The isolation was process",
        "fay : fay.zip is damaged.",
        "ada 3 3",
        "bob 1 1",
        "fay ? ?",
        "Nothing handed in: gus.",
        "06 checkout: one by one",
        "Both wait in turn.",
        "expected 1.0 s, got 1.5 s",
        "bob , cyd",
        "1 of 5 passed",
        "1 not begun",
        "eve : changed: .github/x.yml",
    ):
        assert words in text, words
    assert "Tests that nobody passes" not in text


def test_tests_that_nobody_passes() -> None:
    """Of those who have begun; without any, there is nothing to say."""
    text = Page(page.render(report(learner("bob", answer(True, True, False))), example)).text
    assert "Tests that nobody passes 06 checkout : test_tidy is what it tests. 0 of 1" in text
    text = Page(page.render(report(learner("dan", answer(status="missing"))), example)).text
    assert "Tests that nobody passes" not in text


def test_names_are_hidden() -> None:
    """No name, no id, no link to anybody's page, and an order that says nothing."""
    hidden = page.render(some(), example, hides_names=True)
    for name in ("ada", "bob", "cyd", "dan", "eve", "fay", "gus", "feedback/"):
        assert not re.search(rf"\b{name}\b", Page(hidden).text)
        assert f"{name}-page" not in hidden
    assert "learner 2" in hidden
    assert "one by one" in hidden


@pytest.mark.parametrize("text", [*HOSTILE, ODD])
def test_hostile_texts(text: str) -> None:
    """They stay text, and open no element."""
    bad = report(
        learner(text, answer(True, False, False, text=text), listed={text: "1"}, problem=text),
        learner("b", answer(True, False, False)),
        learner(f"{text}2", answer(status="not_graded"), problem=text),
        title=text,
    )
    drawn = Page(page.render(bad, example))
    plain = Page(page.render(some(), example))
    known = {tag for tag, _ in plain.elements} | TAGS | VOID | {"details", "summary", "br"}
    assert {tag for tag, _ in drawn.elements} <= known - {"img", "input"}
    assert not any(name.startswith("on") for _, found in drawn.elements for name in found)
    assert not any("javascript:" in a.get("href", "") for a in drawn.all("a"))


def test_nothing_is_loaded() -> None:
    """No script, no picture, no address: a policy in the page forbids it, too."""
    drawn = page.render(some(), example)
    assert "http" not in drawn.replace("http-equiv", "")
    assert not Page(drawn).all("script")
    assert "default-src 'none'" in drawn


def test_it_stays_small() -> None:
    """A class of forty with thirteen exercises of many groups fits into a megabyte."""
    one = report(*(learner(f"l{at}", answer(True, False, at % 2 == 0)) for at in range(SIZED)))
    exercises = [one.exercises[0].model_copy(update={"id": f"checkout{at}"}) for at in range(13)]
    learners = [
        each.model_copy(
            update={
                "answers": [
                    each.answers[0].model_copy(update={"exercise": e.id}) for e in exercises
                ]
            }
        )
        for each in one.learners
    ]
    big = groups.complete(one.model_copy(update={"exercises": exercises, "learners": learners}), {})
    assert len(page.render(big, example).encode()) < 2**20
