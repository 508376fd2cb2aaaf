"""Every broken or hostile answer of the corpus gets the verdict that its header promises."""

from pathlib import Path

import pytest

from grader import isolation
from grader.model.report import ExerciseResult
from grader.parent.runner import Runner
from tests.grader import corpus
from tests.grader.corpus import Case

CASES = corpus.cases()


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, ExerciseResult]:
    """All verdicts from one run, two side by side: no answer may disturb another."""
    folder = tmp_path_factory.mktemp("corpus")
    results = corpus.grade(CASES, folder, Runner(jobs=2, judged=True))
    return {case.path: result for case, result in zip(CASES, results, strict=True)}


@pytest.mark.timeout(600)  # one run of some two hundred answers, some of which run into a guard
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}/{case.name}")
def test_each_answer_gets_its_promised_verdict(
    case: Case, verdicts: dict[Path, ExerciseResult]
) -> None:
    """Status, points, sentences and flags are those of the header."""
    assert case.broken_by(verdicts[case.path]) == []


HOSTILE = corpus.cases(["hostile"], "sandbox")


@pytest.fixture(scope="module")
def walled(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, ExerciseResult]:
    """What comes of the hostile answers in the sandbox."""
    if not isolation.probe()[-1].available:
        pytest.skip("no bubblewrap that may start here")
    results = corpus.grade(
        HOSTILE, tmp_path_factory.mktemp("walled"), Runner(2, 120, "sandbox", judged=True)
    )
    return {case.path: result for case, result in zip(HOSTILE, results, strict=True)}


@pytest.mark.thorough
@pytest.mark.timeout(600)  # as above
@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: f"{case.kind}/{case.name}")
def test_hostile_answers_get_their_verdict_in_the_sandbox(
    case: Case, walled: dict[Path, ExerciseResult]
) -> None:
    """The one of the header, which is the same as without walls but for a few words."""
    assert case.broken_by(walled[case.path]) == []
