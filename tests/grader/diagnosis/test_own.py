"""A course's own diagnoses: data that a suite's check names."""

import pytest

from grader.course.manifests import Diagnosis
from grader.diagnosis import diagnose
from grader.model.evidence import Evidence, Problem, ValueCheck
from grader.suite.checks import CheckFailed, expect

OWN = Diagnosis(id="cold-tea", check="value", means="The tea was cold.", next="Boil the water.")
CHECK = ValueCheck(expected="tea", actual="cold tea", diagnosis="cold-tea")


def test_what_a_check_names_is_told() -> None:
    """With the course's own words; the figures are the check's."""
    failure = diagnose(Evidence(check=CHECK), "tea.py", [OWN])
    assert (failure.diagnosis, failure.why, failure.next) == ("cold-tea", OWN.means, OWN.next)
    assert (failure.expected, failure.actual) == ("tea", "cold tea")


def test_a_suite_names_it_by_expect() -> None:
    """The name travels with the check."""
    with pytest.raises(CheckFailed) as failed:
        expect(False, "value", "tea", "cold tea", diagnosis="cold-tea")
    assert failed.value.check == CHECK


@pytest.mark.parametrize(
    "own",
    [
        [],
        [OWN.model_copy(update={"check": "status"})],
        [OWN.model_copy(update={"id": "warm-tea"})],
    ],
)
def test_what_the_course_has_not_is_no_diagnosis(own: list[Diagnosis]) -> None:
    """A name alone, or one for another kind of check, says nothing."""
    assert diagnose(Evidence(check=CHECK), "tea.py", own).diagnosis == "wrong-value"


def test_a_cause_that_the_grader_sees_comes_first() -> None:
    """Whatever the check names: it failed for something else."""
    error = Problem(type="NameError", message="name 'tea' is not defined", line=3)
    evidence = Evidence(check=CHECK, server_errors=[error])
    assert diagnose(evidence, "tea.py", [OWN]).diagnosis == "server-error"
