"""Places that were taken and not given back: of a semaphore, a pool, a counter."""

from grader.diagnosis.cut_short import WORK
from grader.diagnosis.finding import SAME, Finding, slip_of
from grader.model.evidence import CallsCheck, Evidence, StatusCheck, TimeCheck

LEAKS = ("after_failures", "someone_leaves")
"""Circumstances in which requests end before their time."""
STEP = "Look for a way out that keeps its place: an error, a cancellation, an early return."


def slot_leak(evidence: Evidence) -> Finding | None:
    """A place is waited for, and nothing runs that could give one back."""
    if evidence.error is None or evidence.error.type != "Deadlock":
        return None
    here = next((w for w in evidence.waiting if w.line is not None and w.kind == "place"), None)
    if here is None:
        return None
    return Finding(
        "slot-leak",
        f"Line {here.line} waits for {here.waits_for}: whoever took the last one has ended, or "
        "waits as well, and nothing is left that could end the wait.",
        STEP,
        here.line,
    )


def lost(evidence: Evidence) -> Finding | None:
    """After failures, or visitors who left, work begins late or never: places are gone."""
    check, taken = evidence.check, slip_of(evidence, "acquires")
    if taken is None or evidence.circumstance not in LEAKS:
        return None
    late = isinstance(check, TimeCheck) and check.actual_seconds > check.expected_seconds
    never = isinstance(check, CallsCheck) and check.kind == "not_called"
    if not (late or never):
        return None
    return Finding(
        "slot-leak",
        f"Line {taken.line} takes a place by hand (`{taken.code}`), and gives it back only where "
        "all goes well: who fails or leaves keeps theirs, and the others wait.",
        STEP,
        taken.line,
    )


def kept(evidence: Evidence, check: StatusCheck) -> Finding | None:
    """A 503 says that there is no place, and nothing runs that could have it."""
    if check.status != 503 or not _is_idle(evidence):
        return None
    return Finding(
        "slot-leak",
        f"The response has {check.actual}; the task asks for {check.expected}. Nothing was running "
        "then: if it means that there is no place, an earlier request has kept one.",
        STEP,
        evidence.answered.get(check.status),
    )


def _is_idle(evidence: Evidence) -> bool:
    """Whether nothing ran when the request in question came, though others had come before."""
    visit = next((v for v in evidence.visits if v.number == evidence.about), None)
    if visit is None or not any(v.start < visit.start for v in evidence.visits):
        return False
    return not any(
        span.kind in WORK
        and span.start < visit.start + SAME
        and (span.outcome == "running" or visit.start + SAME < span.end)
        for span in evidence.spans
    )
