"""What is said of a limit that ended nothing, of refusals that come late or need not, and how."""

import pytest

from grader.diagnosis import diagnose
from grader.diagnosis.explained import explain
from grader.model.evidence import Evidence, Problem, StatusCheck, TimeCheck, ValueCheck, Visited
from grader.model.report import Failure
from grader.model.spans import Span


def call(start: float, end: float, number: int = 1) -> Span:
    return Span(
        label=f"make_report({number})",
        lane="loop",
        kind="call",
        line=40,
        start=start,
        end=end,
        outcome="done",
    )


def told(expected: float, took: float, status: int, *spans: Span) -> Failure:
    """What a learner is told of a response with that status which took so long."""
    check = TimeCheck(
        expected=f"{expected} s",
        actual=f"{took} s",
        expected_seconds=expected,
        actual_seconds=took,
        start=1.0,
        end=1.0 + took,
    )
    visit = Visited(number=0, label="GET /reports/1", start=1.0, end=1.0 + took, status=status)
    return diagnose(Evidence(check=check, spans=list(spans), visits=[visit]), "answer.py")


def test_a_504_that_is_late() -> None:
    """It names what was under way when the time was over, and not what ran before it."""
    failure = told(2.0, 2.8, 504, call(1.0, 2.4), call(2.4, 3.8, number=2))
    assert failure.diagnosis == "no-deadline"
    assert failure.why == (
        "The 504 left after 2.8 s. At 2.0 s make_report(2) (line 40) was under way, and nothing "
        "ended it."
    )


def test_two_calls_of_a_200() -> None:
    """Of any other response the grader says that one call began when the other had ended."""
    failure = told(2.0, 2.8, 200, call(1.0, 2.4), call(2.4, 3.8, number=2))
    assert failure.diagnosis == "one-after-another"


def test_a_503_that_is_late() -> None:
    """A refusal that took 0.4 s waited for something."""
    failure = told(0.0, 0.4, 503, call(0.9, 1.5))
    assert failure.diagnosis == "queueing-instead-of-shedding"
    assert failure.why == "The 503 left after 0.4 s, and a refusal has nothing to wait for."


@pytest.mark.parametrize("expected", [0.0, 0.5])
def test_who_waits_for_a_place(expected: float) -> None:
    """Where an answer was due at once, nobody is told to let more in."""
    spans = [call(1.0 + n // 2 * 0.5, 1.5 + n // 2 * 0.5, number=n) for n in range(4)]
    failure = told(expected, 1.0, 200, *spans)
    assert failure.diagnosis == (
        "too-few-in-flight" if expected else "queueing-instead-of-shedding"
    )
    assert ("cannot wait" in failure.why) == (not expected)


@pytest.mark.parametrize(("runs_until", "is_idle"), [(2.5, True), (4.0, False)])
def test_a_503_while_nothing_runs(runs_until: float, is_idle: bool) -> None:
    """A refusal at 3.0 s says something else when nobody is being served."""
    visits = [
        Visited(number=0, label="GET /reports/1", start=1.0, end=runs_until, status=500),
        Visited(number=1, label="GET /reports/2", start=3.0, end=3.0, status=503),
    ]
    check = StatusCheck(expected="status 200", actual="status 503", status=503)
    evidence = Evidence(check=check, spans=[call(1.0, runs_until)], visits=visits, about=1)
    failure = diagnose(evidence, "answer.py")
    assert failure.diagnosis == ("slot-leak" if is_idle else "wrong-status")
    assert ("Nothing was running then" in failure.why) == is_idle


def test_a_header() -> None:
    """A header is told as one, with a look at what the response passes through."""
    check = ValueCheck(expected="*", actual="missing", path="header allow", how="")
    failure = diagnose(Evidence(check=check), "answer.py")
    assert failure.why == "The header allow is missing; the task asks for *."
    assert failure.next.startswith("Look at what this response passes through")


@pytest.mark.parametrize(
    ("code", "is_block"),
    [("async with asyncio.timeout(2.0):", True), ("await asyncio.wait_for(ask(), 2.0)", False)],
)
def test_where_a_time_out_is_caught(code: str, is_block: bool) -> None:
    """Of a block with a limit the next step says that an `except` inside does not catch it."""
    _, _, step = explain(Problem(type="TimeoutError", message="", line=37, code=code))
    assert ("outside of the block" in step) == is_block
