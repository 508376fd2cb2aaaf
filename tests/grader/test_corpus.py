"""Every broken or hostile answer of the corpus gets the verdict that its header promises."""

from pathlib import Path

import pytest

from grader.model import ExerciseResult
from grader.runner import Runner
from tests.grader import corpus
from tests.grader.corpus import Case

CASES = corpus.cases()


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, ExerciseResult]:
    """All verdicts from one run, two side by side: no answer may disturb another."""
    folder = tmp_path_factory.mktemp("corpus")
    results = corpus.grade(CASES, folder, Runner(jobs=2))
    return {case.path: result for case, result in zip(CASES, results, strict=True)}


@pytest.mark.timeout(600)  # one run of some two hundred answers, some of which run into a guard
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}/{case.name}")
def test_each_answer_gets_its_promised_verdict(
    case: Case, verdicts: dict[Path, ExerciseResult]
) -> None:
    """Status, points, sentences and flags are those of the header."""
    assert case.broken_by(verdicts[case.path]) == []
