"""What was stored, and what is told of it: whose commit kept the half of a change."""

import pytest

from grader.diagnosis import diagnose
from grader.model.checks import HalfDoneCheck
from grader.model.evidence import Check, Evidence, TimeCheck, ValueCheck
from grader.model.report import Failure
from grader.model.spans import Span
from grader.model.stored import AtOnce, Stale, Stored

HALF = HalfDoneCheck(expected="[7, 8]", actual="[6, 8]", was="[7, 8]", wanted="[6, 9]")
WHOLE = HalfDoneCheck(expected="[7, 8]", actual="[6, 9]", was="[7, 8]", wanted="[6, 9]")
LOST = ValueCheck(expected="1 item", actual="0 items", how="length")
START = Stored(at=0.0, line=30)
NOTE = Stored(at=6.0, line=80, visit=1, status=200)


def told(check: Check, *stored: Stored) -> Failure:
    return diagnose(Evidence(check=check, stored=list(stored)), "answer.py")


@pytest.mark.parametrize(
    ("check", "commit", "why"),
    [
        (
            HALF,
            Stored(at=0.7, line=60, visit=0, status=504),
            "Line 60 committed at 0.7 s, and so stored what had been written until then.",
        ),
        (
            HALF,
            Stored(at=1.2, line=58, visit=0, status=504, is_alone=True),
            "No transaction was open, so line 58 stored its statement by itself, at 1.2 s.",
        ),
        (
            HALF,
            Stored(at=6.0, line=80, visit=1, status=200, of_other=58),
            "Line 80 committed at 6.0 s what line 58 had written for another request: both use "
            "one connection.",
        ),
        (
            WHOLE,
            Stored(at=1.4, line=60, visit=0, status=504, left=1.0),
            "Line 60 committed at 1.4 s, and the response had left at 1.0 s, with status 504.",
        ),
    ],
)
def test_the_commit_that_kept_it_is_named(check: Check, commit: Stored, why: str) -> None:
    """Not the app's own at its start, and not one of a request that went well."""
    failure = told(check, START, commit, NOTE)
    assert failure.diagnosis == "half-done"
    assert failure.why.endswith(why)
    assert failure.line == commit.line


def test_without_a_commit_nothing_is_blamed() -> None:
    """Where no request has failed, no line is named."""
    failure = told(HALF, START, NOTE)
    assert (failure.diagnosis, failure.line) == ("half-done", None)


def test_a_rollback_takes_the_neighbours_work_along() -> None:
    """What is missing was undone by another request."""
    undone = Stored(at=2.1, line=60, visit=0, is_undone=True, of_other=81)
    failure = told(LOST, NOTE, undone)
    assert failure.why.startswith("Line 60 rolled back at 2.1 s what line 81 had written")
    assert told(LOST, NOTE).diagnosis == "wrong-value"


def test_many_looked_before_the_first_one_wrote() -> None:
    """A wrong value is told by the look that was too old; of a right one nothing is said."""
    stale = Stale(requests=50, line=47, start=0.0, end=0.5, write=51, at=0.51)
    check = ValueCheck(expected="1 x 201", actual="50 x 201", how="value")
    failure = diagnose(Evidence(check=check, stale=stale), "answer.py")
    assert (failure.diagnosis, failure.line) == ("check-then-act", 47)
    assert failure.why == (
        "50 x 201; the task asks for 1 x 201. 50 requests read at line 47, from 0.0 s to 0.5 s, "
        "and the first of them wrote at 0.51 s (line 51): all saw what was there before."
    )


@pytest.mark.parametrize(("out_until", "id"), [(1.0, "held-over-io"), (0.5, "too-slow")])
def test_a_connection_that_is_out_during_a_wait(out_until: float, id: str) -> None:
    """Only one that is out for the whole of it is held over it."""
    check = TimeCheck(
        expected="0.5 s",
        actual="1.0 s",
        expected_seconds=0.5,
        actual_seconds=1.0,
        start=0.0,
        end=1.0,
    )
    spans = [
        Span(
            label="a connection",
            line=40,
            start=0.0,
            end=out_until,
            outcome="done",
            lane="database",
            kind="connection",
        ),
        Span(
            label="GET bank.test/x",
            line=42,
            start=0.0,
            end=1.0,
            outcome="done",
            lane="upstream",
            kind="upstream",
        ),
    ]
    assert diagnose(Evidence(check=check, spans=spans), "answer.py").diagnosis == id


@pytest.mark.parametrize(
    ("both", "who"),
    [
        (
            AtOnce(first=40, second=45),
            "Two pieces of work shared one connection at lines 40 and 45, ",
        ),
        (AtOnce(first=40, second=40), "Two pieces of work shared one connection at line 40, "),
        (AtOnce(first=None, second=45), "Two pieces of work shared one connection at line 45, "),
        (AtOnce(), "Two pieces of work shared one connection, "),
    ],
)
def test_a_shared_session_is_named(both: AtOnce, who: str) -> None:
    """By the lines that are known, and only where somebody was late or a value is wrong."""
    checks: list[tuple[Check, bool]] = [(LOST, True)]
    for took, is_told in ((0.9, True), (0.1, False)):
        late = TimeCheck(
            expected="0.3 s",
            actual=f"{took} s",
            expected_seconds=0.3,
            actual_seconds=took,
            start=0.0,
            end=took,
        )
        checks.append((late, is_told))
    for check, is_told in checks:
        failure = diagnose(Evidence(check=check, at_once=both), "answer.py")
        assert (failure.diagnosis == "shared-session") == is_told
        assert failure.why.startswith(who) == is_told
