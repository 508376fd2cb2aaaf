"""Each check of streams, sockets, jobs and stops has a plain sentence of its own."""

from collections.abc import Callable

import pytest

from grader.diagnosis import diagnose
from grader.model.checks import LogCheck, RefusedCheck, ShutdownCheck
from grader.model.evidence import Evidence
from grader.model.report import Failure
from grader.model.spans import Outcome, Span
from grader.suite import CheckFailed, bounded, ended, not_ahead, whole
from grader.trace.recorder import Record


def told(check: Callable[[], None]) -> Failure:
    """What a learner is told of a check that does not hold."""
    with pytest.raises(CheckFailed) as failed:
        check()
    return diagnose(Evidence(check=failed.value.check), "answer.py")


def job(outcome: Outcome, *, is_lost: bool = False) -> Record:
    end = None if outcome == "running" else 1.0
    record = Record("run_job", "run_job(7)", "loop", "call", 36, 0.0, end, outcome)
    record.is_lost = is_lost
    return record


@pytest.mark.parametrize(
    ("call", "wanted", "id", "why"),
    [
        (
            job("cancelled"),
            "done",
            "too-early",
            "run_job(7) (line 36) was cancelled at 1.0 s; it should run to its end.",
        ),
        (
            job("running"),
            "cancelled",
            "still-running",
            "run_job(7) (line 36) was still running; it should be cancelled.",
        ),
        (
            job("done"),
            "cancelled",
            "too-slow",
            "run_job(7) (line 36) ran to its end at 1.0 s; it should be cancelled.",
        ),
        (
            job("failed"),
            "done",
            "server-error",
            "run_job(7) (line 36) failed at 1.0 s; it should run to its end.",
        ),
        (
            job("running", is_lost=True),
            "done",
            "lost-task",
            "run_job(7) (line 36) was lost: nothing held on to its task, and Python tidied it "
            "away; it should run to its end.",
        ),
    ],
)
def test_what_became_of_a_call(call: Record, wanted: Outcome, id: str, why: str) -> None:
    """It is named with its line, and with what should have become of it."""
    failure = told(lambda: ended(call, wanted))
    assert (failure.diagnosis, failure.why, failure.line) == (id, why, 36)
    ended(job("done"))


def test_half_of_a_change() -> None:
    """Neither as before nor as after; the wrong one of the two is a value."""
    before, after = [700, 820], [660, 860]
    failure = told(lambda: whole([660, 820], before, after))
    assert failure.why == (
        "Stored is [660, 820]: half of the change was kept. All of it would be [660, 860], and "
        "nothing of it [700, 820]."
    )
    whole(before, before, after)
    whole(after, before, after, done=True)
    failure = told(lambda: whole(after, before, after, done=False))
    assert failure.why == (
        "Stored is [660, 860], which was kept; it should be [700, 820] as before."
    )
    failure = told(lambda: whole(before, before, after, done=True))
    assert failure.why == (
        "Stored is [700, 820] as before: the response says that the change was made."
    )


def test_who_is_not_waited_for_and_who_waits() -> None:
    """Both directions of back-pressure."""
    failure = told(lambda: not_ahead(20, 5, 3, "the file"))
    assert failure.why == (
        "15 pieces of the file had been fetched that nobody had read; at most 3 may be."
    )
    not_ahead(8, 5, 3, "the file")
    failure = told(lambda: bounded(30, 10, "bids"))
    assert failure.why == "30 bids waited for one receiver; at most 10 may."
    bounded(10, 10, "bids")


@pytest.mark.parametrize(
    ("check", "id", "why"),
    [
        (
            RefusedCheck(expected="", actual="", name="WS /auction", status=403),
            "wrong-status",
            "The app refused the connection to WS /auction, with status 403.",
        ),
        (
            LogCheck(expected="", actual="", error="ValueError: no ink", told=0),
            "lost-exception",
            "No line in the log tells of ValueError: no ink.",
        ),
        (
            LogCheck(expected="", actual="", error="ValueError: no ink", told=2, line=7),
            "called-too-often",
            "2 lines in the log tell of ValueError: no ink; one is enough.",
        ),
    ],
)
def test_a_refusal_and_a_log(check: RefusedCheck | LogCheck, id: str, why: str) -> None:
    """What the fixtures raise themselves."""
    failure = diagnose(Evidence(check=check), "answer.py")
    assert (failure.diagnosis, failure.why, failure.line) == (id, why, getattr(check, "line", None))


def test_a_failure_at_that_moment_is_named() -> None:
    """A call was cancelled when another one failed: a group ends its tasks so."""
    failed = Span(
        label="run_job(5)",
        kind="call",
        line=36,
        start=0.0,
        end=1.0,
        outcome="failed",
    )
    with pytest.raises(CheckFailed) as raised:
        ended(job("cancelled"), "done")
    evidence = Evidence(check=raised.value.check, spans=[failed])
    assert diagnose(evidence, "answer.py").why == (
        "run_job(7) (line 36) was cancelled at 1.0 s, when run_job(5) (line 36) failed; it should "
        "run to its end."
    )


@pytest.mark.parametrize(
    ("outcome", "did"),
    [("cancelled", " run_job(7) (line 36) was cancelled then."), ("done", "")],
)
def test_what_a_short_stop_cut_off_is_named(outcome: Outcome, did: str) -> None:
    """The app stopped too early, at 0.0 s: what was cancelled at that moment is named."""
    stopped = ShutdownCheck(
        expected="5.0 s",
        actual="0.0 s",
        expected_seconds=5.0,
        actual_seconds=0.0,
        start=0.0,
        end=0.0,
    )
    span = Span(label="run_job(7)", kind="call", line=36, start=0.0, end=0.0)
    evidence = Evidence(check=stopped, spans=[span.model_copy(update={"outcome": outcome})])
    why = diagnose(evidence, "answer.py").why
    assert why == f"The app stopped after 0.0 s; 5.0 s would be right.{did}"
