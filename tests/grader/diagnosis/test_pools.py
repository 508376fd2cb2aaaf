"""What is said of a page that waited for a thread behind other pages, and when it is not said."""

from grader.diagnosis import diagnose
from grader.model.evidence import Evidence, TimeCheck
from grader.model.report import Failure
from grader.model.spans import Kind, Lane, Span


def span(label: str, start: float, end: float, kind: Kind, count: int = 1) -> Span:
    lane: Lane = "thread" if kind == "job" else "loop"
    line = {"make_report(1)": 61, "ask_database()": 49}.get(label)
    return Span(label=label, line=line, start=start, end=end, kind=kind, lane=lane, count=count)


def told(*spans: Span) -> Failure:
    check = TimeCheck(
        expected="0.1 s",
        actual="2.0 s",
        expected_seconds=0.1,
        actual_seconds=2.0,
        start=0.1,
        end=2.1,
    )
    return diagnose(Evidence(check=check, spans=list(spans)), "answer.py")


def test_a_page_behind_others() -> None:
    """A health check that has to wait for a thread is told whose calls had the threads."""
    failure = told(
        span("GET /reports/1", 0.0, 2.0, "request", 80),
        span("make_report(1)", 0.0, 1.0, "job", 40),
        span("make_report(1)", 1.0, 2.0, "job", 40),
        span("GET /health", 0.1, 2.1, "request"),
        span("ask_database()", 2.0, 2.1, "job"),
    )
    assert (failure.diagnosis, failure.line) == ("thread-pool-queue", 61)
    assert failure.why == (
        "ask_database (line 49) waited 1.9 s for a thread. Until then, other requests had them: "
        "make_report (line 61) ran, 40 calls at a time."
    )


def test_one_after_the_other_in_one_page() -> None:
    """A request whose second call comes after its first has waited for no thread."""
    failure = told(
        span("GET /reports/1", 0.1, 2.1, "request"),
        span("make_report(1)", 0.1, 2.0, "job"),
        span("ask_database()", 2.0, 2.1, "job"),
    )
    assert failure.diagnosis != "thread-pool-queue"
