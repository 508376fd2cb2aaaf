"""What a circumstance of the second examiner tells about a duration."""

from collections.abc import Sequence

from grader.diagnosis.finding import Finding
from grader.model.evidence import Evidence, TimeCheck
from grader.model.spans import Span
from grader.wording import seconds

WORK = ("call", "job", "upstream", "query")
"""Kinds of spans that are asked for anew by each request."""


def kept(evidence: Evidence, check: TimeCheck) -> Finding | None:
    """Asked again, and nothing was called: the response is that of the time before."""
    if evidence.circumstance != "again" or not evidence.under:
        return None
    if any(s.kind in WORK and s.start < check.end for s in evidence.spans):
        return None
    return Finding(
        "not-called",
        "Nothing was called this time: the response came from what your code had kept.",
        "Ask anew for each request, or keep only what the task says may be kept.",
    )


def held_back(evidence: Evidence, check: TimeCheck, window: Sequence[Span]) -> Finding | None:
    """In a crowd the first call began late, and nothing of the request's own ran before it."""
    if evidence.circumstance != "in_a_crowd":
        return None
    excess = check.actual_seconds - check.expected_seconds
    asked = min((s.start for s in window if s.kind == "request"), default=check.start)
    first = min((s for s in window if s.kind in WORK), key=lambda s: s.start, default=None)
    if first is None or first.start - asked < 0.5 * excess:
        return None
    where = f" at line {first.line}" if first.line else ""
    return Finding(
        "too-few-in-flight",
        f"{first.label}{where} began only after {seconds(first.start - asked)}: until then it "
        "waited for its turn behind the others.",
        "Look for what lets only so many in at a time: a lock, a semaphore, a pool.",
        first.line,
    )
