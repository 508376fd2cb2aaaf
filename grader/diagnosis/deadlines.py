"""What was to be over by a certain moment, and was not: a 504 or a 503 that left too late."""

from grader.diagnosis.cut_short import SAME, WORK
from grader.diagnosis.finding import Finding
from grader.model.evidence import Evidence, TimeCheck

KINDS = (*WORK, "body")
"""Kinds of spans that a time limit can end."""


def past(evidence: Evidence, check: TimeCheck) -> Finding | None:
    """A 504 that left too late: its time was over, and nothing ended what was under way."""
    due = check.start + check.expected_seconds
    under_way = [
        span
        for span in evidence.spans
        if span.kind in KINDS and span.line and span.start < due - SAME < span.end - SAME
    ]
    if check.expected_seconds <= 0 or not under_way or not _left(evidence, check, 504):
        return None
    call = max(under_way, key=lambda span: span.end)
    return Finding(
        "too-slow",
        f"The 504 left after {check.actual}. At {check.expected} {call.label} (line {call.line}) "
        "was under way, and nothing ended it.",
        "Put one time limit around all that the response waits for.",
        call.line,
    )


def late_refusal(evidence: Evidence, check: TimeCheck) -> Finding | None:
    """A 503 that somebody had to wait for, where it was due at once."""
    if check.expected_seconds > 0 or not _left(evidence, check, 503):
        return None
    return Finding(
        "too-slow",
        f"The 503 left after {check.actual}, and a refusal has nothing to wait for.",
        "Ask whether there is a place, and say no at once if there is none.",
        evidence.answered.get(503),
    )


def _left(evidence: Evidence, check: TimeCheck, status: int) -> bool:
    """Whether a response with that status left just as the measured time ended."""
    return any(
        visit.status == status and visit.end is not None and abs(visit.end - check.end) < SAME
        for visit in evidence.visits
    )
