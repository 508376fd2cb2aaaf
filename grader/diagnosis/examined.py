"""What the same request, or the second examiner's circumstance, tells about a duration."""

from collections.abc import Sequence

from grader.diagnosis import given
from grader.diagnosis.finding import SAME, Finding, slip_of
from grader.model.evidence import Evidence, TimeCheck
from grader.model.spans import Span
from grader.wording import seconds

WORK = ("call", "job", "upstream", "query")
"""Kinds of spans that are asked for anew by each request."""


def kept(evidence: Evidence, check: TimeCheck) -> Finding | None:
    """Asked again, and nothing was called: the response is that of the time before."""
    state = slip_of(evidence, "module_state") or slip_of(evidence, "cached")
    asked = given.LATER if state is None else (*given.LATER, "someone_leaves")
    if evidence.circumstance not in asked or not evidence.under:
        return None
    if not any(s.kind in WORK and s.start < check.end for s in evidence.spans):
        where = ""
        if state is not None:
            by = f"by @{state.code}" if state.kind == "cached" else f"in `{state.code}`"
            where = f" {by} (line {state.line})"
        why = (
            f"Nothing was called this time: the response came from what your code had kept{where}."
        )
    elif state is not None and check.actual_seconds < check.expected_seconds:
        why = f"Less was called than the first time: line {state.line} keeps what it got in "
        why += f"`{state.code}`, for the requests that follow."
    else:
        return None
    return Finding(
        "not-called",
        why,
        "Ask anew for each request, or keep only what the task says may be kept.",
        state.line if state is not None else None,
    )


def reused(evidence: Evidence, check: TimeCheck) -> Finding | None:
    """The same request called something before, and this time it did not."""
    mine = next((v for v in evidence.visits if abs(v.start - check.start) < SAME), None)
    work = [s for s in evidence.spans if s.kind in WORK and s.line]
    if mine is None:
        return None
    now = {s.name for s in work if check.start - SAME < s.start < check.end + SAME}
    over = [v for v in evidence.visits if v.label == mine.label and v.end is not None]
    for before in over:
        if before.end is None or before.end > mine.start:
            continue
        then = (s for s in work if before.start - SAME < s.start < before.end)
        least = 0.5 * (check.expected_seconds - check.actual_seconds)
        call = next((s for s in then if s.name not in now and s.each >= least), None)
        if call is not None:
            instead = f"without {call.name}" if now else "and nothing was called for it"
            return Finding(
                "too-early",
                f"The response was there after {check.actual}, {instead}. An "
                f"earlier request for the same had {_asked(call)} (line {call.line}) at "
                f"{seconds(call.start)}: its result was used again.",
                "Ask how long a result may be kept, and which results.",
                call.line,
            )
    return None


def _asked(call: Span) -> str:
    """`called get_price(7)`, or `sent GET api.example.com/data`."""
    return f"{'sent' if call.kind == 'upstream' else 'called'} {call.label}"


def held_back(evidence: Evidence, check: TimeCheck, window: Sequence[Span]) -> Finding | None:
    """In a crowd a call began late, and nothing of the request's own ran just before it."""
    if evidence.circumstance != "in_a_crowd":
        return None
    excess = check.actual_seconds - check.expected_seconds
    asked = min((s.start for s in window if s.kind == "request"), default=check.start)
    gap, late, over = 0.0, None, asked
    own = [s for s in evidence.spans if s.kind in WORK and check.start <= s.start <= check.end]
    for span in sorted(own, key=lambda s: s.start):
        if span.start - over > gap:
            gap, late = span.start - over, span
        over = max(over, span.end)
    if late is None or gap < 0.5 * excess:
        return None
    where = f" at line {late.line}" if late.line else ""
    return Finding(
        "too-few-in-flight",
        f"{late.label}{where} began only after {seconds(late.start - asked)}: for {seconds(gap)} "
        "it waited for its turn behind the others.",
        "Look for what lets only so many in at a time: a lock, a semaphore, a pool.",
        late.line,
    )
