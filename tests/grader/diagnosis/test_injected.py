"""The cause that is told is the one that was put in."""

import pytest

from tests.grader.diagnosis import injected
from tests.grader.diagnosis.injected import COURSE, FAULTS, Injected

TRUE = 0.95
"""Share of the faults whose own cause is told; the rest is listed when the test fails."""


def wrong(found: list[Injected]) -> list[str]:
    return [f"{one.fault} | {one.answer} | {one.told}" for one in found if not one.is_true]


def test_what_stops_an_endpoint_at_once_is_told() -> None:
    """In every right checkout: each exception, each blocking call, where it stands."""
    found = injected.told(COURSE.select(["checkout"]), ("an exception raised", "blocked"))
    assert len(found) > 15
    assert wrong(found) == []


@pytest.mark.thorough
@pytest.mark.timeout(3600)
def test_the_cause_is_the_fault_that_was_put_in() -> None:
    """Over all right answers of the course, and all faults."""
    found = injected.told(COURSE.exercises, tuple(FAULTS))
    assert {one.fault for one in found} == set(FAULTS)
    others = wrong(found)
    assert len(others) <= (1 - TRUE) * len(found), "\n".join(others)
