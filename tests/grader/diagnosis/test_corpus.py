"""Each answer of the corpus gets its diagnosis, and a learner sees what the golden files show.

One run grades those that are asked for, side by side, in some minutes of computing at most.
By default these are two of each diagnosis; `-m "thorough or not thorough"` asks for all.
"""

from collections import Counter
from itertools import groupby

import pytest

from grader.diagnosis import IDS, page
from grader.model.report import ExerciseResult
from tests.grader.diagnosis import corpus as diagnosis_corpus
from tests.grader.diagnosis.corpus import ANSWERS, Case

CASES = diagnosis_corpus.cases()
LEAST = 4
"""Answers of different shapes that each diagnosis has at least."""
BY_DEFAULT = 2
"""Answers of each diagnosis that plain `pytest` grades."""

pytestmark = pytest.mark.timeout(600)  # the first test waits for all the answers' processes


def each_case() -> pytest.MarkDecorator:
    """A test of every case; most of each diagnosis are thorough.

    Those of the course come last: `verify` judges them by default as well.
    """
    named = []
    for _, alike in groupby(CASES, key=lambda case: case.diagnosis):
        of_course_last = sorted(alike, key=lambda case: not case.path.is_relative_to(ANSWERS))
        for place, case in enumerate(of_course_last):
            marks = [pytest.mark.thorough] if place >= BY_DEFAULT else []
            named.append(pytest.param(case, id=case.name, marks=marks))
    return pytest.mark.parametrize("case", named)


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest) -> dict[str, ExerciseResult]:
    """The verdict on each answer that a test of this run asks for, by the case's name."""
    asked = {
        item.callspec.params["case"]
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.path == request.path
        and "results" in item.fixturenames
    }
    chosen = [case for case in CASES if case in asked]
    graded = diagnosis_corpus.grade(chosen)
    return {case.name: result for case, result in zip(chosen, graded, strict=True)}


@pytest.fixture(scope="module")
def right() -> list[tuple[Case, ExerciseResult]]:
    """The verdict on each right answer of the course."""
    answers = diagnosis_corpus.right_answers()
    return list(zip(answers, diagnosis_corpus.grade(answers), strict=True))


@pytest.mark.thorough  # some ninety answers are graded, in the fixture
def test_no_right_answer_gets_a_diagnosis(right: list[tuple[Case, ExerciseResult]]) -> None:
    """No solution, and no other right shape of one, is told anything."""
    told = [
        f"{case.shown}: {test.id} = {test.failure.diagnosis}"
        for case, result in right
        for test in result.tests
        if test.failure is not None
    ]
    assert told == []
    assert {(result.status, result.problem) for _, result in right} == {("passed", None)}


@each_case()
def test_the_first_failure_has_its_diagnosis(
    case: Case, results: dict[str, ExerciseResult]
) -> None:
    """The first test that fails is the one of the answer's header, and so is its diagnosis."""
    failed = diagnosis_corpus.first_failure(results[case.name])
    assert failed is not None
    assert failed.failure is not None
    assert (failed.id, failed.failure.diagnosis) == (case.test, case.diagnosis)


@each_case()
def test_a_learner_sees_the_golden_text(case: Case, results: dict[str, ExerciseResult]) -> None:
    """What the terminal shows is the golden text."""
    golden = case.golden("txt").read_text(encoding="utf-8")
    assert diagnosis_corpus.as_text(results[case.name]) == golden, _about(results[case.name])


@each_case()
def test_the_report_is_the_golden_json(case: Case, results: dict[str, ExerciseResult]) -> None:
    """The report as JSON is the golden one."""
    golden = case.golden("json").read_text(encoding="utf-8")
    assert diagnosis_corpus.as_json(results[case.name]) == golden, _about(results[case.name])


@pytest.mark.parametrize("id", [id for id in IDS if id != "replaced-function"])
def test_every_diagnosis_has_answers_and_a_page(id: str) -> None:
    """Each id has at least four answers, no two of them alike, and its page.

    What replaces a function is no honest answer: test_seals.py and the cheats have those.
    """
    texts = [case.path.read_text(encoding="utf-8") for case in CASES if case.diagnosis == id]
    assert len(texts) >= LEAST
    assert len(set(texts)) == len(texts)
    assert page(id).startswith(f"# {id}\n")


def test_no_golden_file_is_left_over() -> None:
    """Every golden file belongs to an answer, and no two answers share one."""
    wanted = [case.golden(suffix) for case in CASES for suffix in ("txt", "json")]
    assert not [path for path, times in Counter(wanted).items() if times > 1]
    assert set(diagnosis_corpus.GOLDEN.glob("*/*")) == set(wanted)


@pytest.mark.parametrize("empty", ["Line None", "line None", "Follow that line"])
def test_no_text_is_empty(empty: str) -> None:
    """No learner reads of a line that is not there, or a step that says nothing."""
    texts = diagnosis_corpus.GOLDEN.glob("*/*.txt")
    assert [path.name for path in texts if empty in path.read_text(encoding="utf-8")] == []


def _about(result: ExerciseResult) -> str:
    """What a reader of a failed comparison wants to know first."""
    problem = f" Its problem: {result.problem}" if result.problem else ""
    return f"When the change is meant: python -m tests.grader.diagnosis.corpus --write{problem}"
