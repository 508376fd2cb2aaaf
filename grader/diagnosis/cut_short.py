"""What ended work before its time: a refusal, a time limit, a failure; it speaks first."""

from grader.diagnosis import finding
from grader.diagnosis.finding import SAME, Finding, brief, dead_of, slip_of
from grader.model.evidence import Evidence, Refusal, TimeCheck
from grader.model.slips import Limit
from grader.model.spans import Span
from grader.wording import seconds

WORK = ("call", "upstream", "job", "query", "sleep", "coroutine")
"""Kinds of spans that can be cut short."""


def refusal_of(evidence: Evidence, status: int, end: float | None = None) -> Refusal | None:
    """The HTTPException behind a response with that status, in the request that is in question."""
    found = [r for r in evidence.refusals if r.status == status]
    if evidence.about is not None:
        found = [r for r in found if r.visit == evidence.about] or found
    if end is not None:
        found = [r for r in found if r.at <= end + SAME]
    return next(iter(found), None)


def answered_so(refusal: Refusal) -> str:
    """`Line 22 answered with status 502, when line 18 had failed with ReadTimeout.`"""
    text = f"Line {refusal.line} raised HTTPException({refusal.status})"
    if refusal.because:
        said = f": {brief(refusal.said).rstrip('.')}" if refusal.said else ""
        where = f" at line {refusal.because_line}" if refusal.because_line else ""
        text += f", for it met {refusal.because}{said}{where}"
    return f"{text}."


def refused_caller(evidence: Evidence) -> Finding | None:
    """An HTTPException where no request is: the suite itself has called what raised it."""
    refusal = next((r for r in evidence.refusals if r.visit is None), None)
    if refusal is None or evidence.visits:
        return None
    why, limit = answered_so(refusal), None
    if refusal.because.endswith("TimeoutError"):
        before = refusal.because_line or refusal.line
        limit = next((e for e in reversed(evidence.limits) if e.line <= before), None)
    if limit is None:
        step = "Look at the case in which your code raises that, and whether this test is one."
        return Finding("server-error", why, step, refusal.line)
    why += f" The limit at line {limit.line}, {limit.code}, was over."
    since = refusal.at - 0.5 * limit.limit_seconds
    work = [s for s in evidence.spans if s.kind in WORK and s.kind != "coroutine"]
    if any(s.end > since and s.start < refusal.at for s in work):
        step = "Compare that limit with how long the task lets somebody wait."
        return Finding("server-error", why, step, limit.line)
    taken = slip_of(evidence, "acquires")
    return Finding(
        "slot-leak",
        f"{why} Nothing had run for {seconds(0.5 * limit.limit_seconds)} and more: what it waited "
        "for, an earlier call has kept.",
        "Look for a way out that keeps its place: an error, a cancellation, an early return.",
        taken.line if taken is not None else limit.line,
    )


def died(evidence: Evidence, check: TimeCheck, came: str) -> Finding | None:
    """A task ended with an exception, and what waited for it took that for an end."""
    dead = dead_of(evidence)
    if dead is None:
        return None
    return Finding(
        "lost-exception",
        f"{finding.died(dead)}. {came} then, after {check.actual}.",
        "Look at what it raises, and let who waits for the task tell an end from a failure.",
        dead.line,
    )


def too_early(evidence: Evidence, check: TimeCheck, came: str) -> Finding | None:
    """The time is too short because something ended the work before its end."""
    within = [
        s for s in evidence.spans if s.start < check.end + SAME and s.end > check.start - SAME
    ]
    cut = [s for s in within if s.outcome in ("cancelled", "failed") and s.kind in WORK]
    cut.sort(key=lambda span: (span.kind == "coroutine", span.line is None, -span.each))
    said = max((v.status for v in evidence.visits if v.end == check.end), default=0)
    said = said or (max(evidence.answered) if len(evidence.answered) == 1 else 0)
    refusal = refusal_of(evidence, said, check.end) if said >= 400 else None
    longest = next((s for s in cut if _limit(evidence, s) is not None), None)
    longest = longest or (cut[0] if cut and cut[0].outcome == "cancelled" else None)
    if refusal is None and longest is None:
        return None
    told, line = (
        [f"{came} after {check.actual}" + (f", with status {said}." if said >= 400 else ".")],
        None,
    )
    limit = None
    if longest is not None:
        where = f" (line {longest.line})" if longest.line else ""
        ended = "was cancelled" if longest.outcome == "cancelled" else "gave up"
        told.append(f"{longest.label}{where} {ended} after {seconds(longest.each)}")
        limit, line = _limit(evidence, longest), longest.line
        told[-1] += f": the limit at line {limit.line}, {limit.code}, was over." if limit else "."
    if refusal is not None:
        told.append(answered_so(refusal))
        line = line or refusal.because_line or refusal.line
    step = (
        "Compare that limit with the figures of the task."
        if limit is not None
        else "Look for what ends it: a time limit, a group in which another task failed, cancel()."
        if longest is not None
        else "Look at the case in which your code raises that, and whether this test is one."
    )
    return Finding("too-early", " ".join(told), step, limit.line if limit else line)


def _limit(evidence: Evidence, span: Span) -> Limit | None:
    """The time limit that was over just as the span ended."""
    return next(
        (limit for limit in evidence.limits if abs(limit.limit_seconds - span.each) < SAME), None
    )
