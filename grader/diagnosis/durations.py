"""Rules about a duration that is not the expected one."""

from collections.abc import Sequence

from grader.diagnosis.finding import Finding, check_of, forgotten_work, running
from grader.model import Check, Evidence, Span
from grader.wording import count, seconds


def time(evidence: Evidence) -> Finding | None:
    check = check_of(evidence, "time")
    if check is None:
        return None
    expected, actual = float(check.detail["expected"]), float(check.detail["actual"])
    if actual < expected:
        return _too_early(evidence, check)
    window = _within(evidence.spans, float(check.detail["start"]), float(check.detail["end"]))
    return (
        _blocked(window, actual - expected)
        or _sequence(window, check)
        or Finding(
            "too-slow",
            f"It took {seconds(actual)} where {seconds(expected)} are possible.",
            "Compare the task's figures with what your code waits for.",
        )
    )


def _too_early(evidence: Evidence, check: Check) -> Finding:
    left = running(evidence)
    if left is not None:
        return forgotten_work(left)
    return Finding(
        "too-early",
        f"It was over after {check.actual}, before work that takes {check.expected} can be done.",
        "Make sure that the work is really started, and awaited before the response.",
    )


def _blocked(window: Sequence[Span], excess: float) -> Finding | None:
    blocking = [span for span in window if span.blocking]
    if sum((span.end - span.start) * span.count for span in blocking) < 0.5 * excess:
        return None
    first = max(blocking, key=lambda span: span.end - span.start)
    times = sum(span.count for span in blocking)
    again = f", {times} times" if times > 1 else ""
    line = f" at line {first.line}" if first.line else ""
    return Finding(
        "blocked-loop",
        f"{first.label}{line} blocked the event loop for {seconds(first.end - first.start)}"
        f"{again}: nothing else could run.",
        "Use a call that can be awaited, or hand the blocking one to a thread.",
        first.line,
    )


def _sequence(window: Sequence[Span], check: Check) -> Finding | None:
    work = [
        span
        for span in window
        if span.kind != "request" and span.end > span.start and not span.blocking
    ]
    total = sum(span.count for span in work)
    if total < 2:
        return None
    most = _peak(work)
    lines = {span.line for span in work if span.line}
    line = min(lines) if lines else None
    if most > 1 and most < total and len(lines) <= 1:
        if all(span.lane == "thread" for span in work):
            return Finding(
                "thread-pool-queue",
                f"{count(total, 'call')} wanted a thread and the pool has {most}: "
                "the others waited for one to come free.",
                "Waiting does not need a thread. Which way of waiting leaves the thread free?",
                line,
            )
        return Finding(
            "too-few-in-flight",
            f"At most {most} of {total} ran at the same time; the others waited for a place.",
            "Look for what lets only so many in: a semaphore, a pool, a batch.",
            line,
        )
    pair = _first_gap(work)
    if pair is None:
        return None
    before, after = pair
    if before.line == after.line:
        alike = sum(span.count for span in work if span.line == before.line)
        why = f"{count(alike, 'call')} of line {before.line} ran one after the other"
        why += ": each began when the one before it had ended." if alike > 2 else "."
        if before.line is None:
            why = f"{before.label} and {after.label} ran one after the other."
    else:
        why = (
            f"{_named(after)} began only when {_named(before)} had ended, "
            "though neither needs the other's result."
        )
    return Finding(
        "one-after-another",
        why,
        "Start the work that can overlap before you wait for any of it.",
        after.line or before.line,
    )


def _within(spans: Sequence[Span], start: float, end: float) -> list[Span]:
    return [span for span in spans if span.start < end and span.end > start]


def _peak(spans: Sequence[Span]) -> int:
    changes = [(span.start, span.count) for span in spans]
    changes += [(span.end, -span.count) for span in spans]
    most = now = 0
    for _, change in sorted(changes):
        now += change
        most = max(most, now)
    return most


def _first_gap(spans: Sequence[Span]) -> tuple[Span, Span] | None:
    """The two longest neighbours of which the second began when the first had ended."""
    pairs = [
        (before, after)
        for before in spans
        for after in spans
        if before is not after and before.end <= after.start + 1e-9
    ]
    return max(
        pairs,
        key=lambda p: min(p[0].end - p[0].start, p[1].end - p[1].start) - (p[1].start - p[0].end),
        default=None,
    )


def _named(span: Span) -> str:
    return f"{span.label} (line {span.line})" if span.line else span.label
