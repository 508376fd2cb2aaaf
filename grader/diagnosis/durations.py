"""Rules about a duration that is not the expected one."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.diagnosis.finding import Finding, check_of, forgotten_work, running
from grader.model import Check, Evidence, Span
from grader.wording import count, seconds


@dataclass(frozen=True)
class Group:
    """The spans of one function at one line."""

    name: str
    line: int | None
    lane: str
    spans: tuple[Span, ...]

    @property
    def total(self) -> int:
        return sum(span.times for span in self.spans)

    @property
    def most(self) -> int:
        """How many ran at once."""
        return _peak(self.spans)

    @property
    def waste(self) -> float:
        """Seconds that they took together beyond the longest of them."""
        together = max(s.end for s in self.spans) - min(s.start for s in self.spans)
        longest = max(span.each for span in self.spans)
        return together - longest if together > 1.02 * longest else 0.0


def time(evidence: Evidence) -> Finding | None:
    check = check_of(evidence, "time")
    if check is None:
        return None
    expected, actual = float(check.detail["expected"]), float(check.detail["actual"])
    if actual < expected:
        return _too_early(evidence, check)
    window = _within(evidence.spans, float(check.detail["start"]), float(check.detail["end"]))
    return (
        _blocked(window, evidence.blocked, actual - expected)
        or _sequence(window)
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


def _blocked(window: Sequence[Span], blocked: float, excess: float) -> Finding | None:
    blocking = [span for span in window if span.blocking]
    if not blocking or blocked < 0.5 * excess:
        return None
    first = max(blocking, key=lambda span: span.each)
    times = sum(span.times for span in blocking)
    again = f", {times:,} times" if times > 1 else ""
    line = f" at line {first.line}" if first.line else ""
    return Finding(
        "blocked-loop",
        f"{first.label}{line} blocked the event loop for {seconds(first.each)}{again}: "
        "nothing else could run.",
        "Use a call that can be awaited, or hand the blocking one to a thread.",
        first.line,
    )


def _sequence(window: Sequence[Span]) -> Finding | None:
    outer = ("request", "coroutine")  # they last as long as what they wait for
    work = [s for s in window if s.kind not in outer and s.end > s.start and not s.blocking]
    limited = [group for group in _groups(work) if group.most < group.total and group.waste > 0]
    if limited:
        # What ran strictly one at a time is more telling than what a pool let through.
        group = min(limited, key=lambda group: (group.most > 1, -group.waste))
        threads = _peak([span for span in work if span.lane == "thread"])
        return _limited(group, threads)
    pair = _first_gap(work)
    if pair is None:
        return None
    own = [span for span in window if span.kind == "coroutine" and span.line is not None]
    before, after = _outermost(pair[0], pair[1], own), _outermost(pair[1], pair[0], own)
    return Finding(
        "one-after-another",
        f"{_named(after)} began only when {_named(before)} had ended, "
        "though neither needs the other's result.",
        "Start the work that can overlap before you wait for any of it.",
        after.line or before.line,
    )


def _limited(group: Group, threads: int) -> Finding:
    line = f" of line {group.line}" if group.line else ""
    if group.most == 1:
        if group.total == 2:
            why = f"Two calls of {group.name}{line} ran one after the other."
        else:
            why = (
                f"{count(group.total, 'call')} of {group.name}{line} ran one after the other: "
                "each began when the one before it had ended."
            )
        step = "Start the work that can overlap before you wait for any of it."
        return Finding("one-after-another", why, step, group.line)
    if group.lane == "thread":
        return Finding(
            "thread-pool-queue",
            f"{count(group.total, 'call')} of {group.name}{line} wanted a thread and the pool "
            f"has {threads}: the others waited for one to come free.",
            "Waiting does not need a thread. Which way of waiting leaves the thread free?",
            group.line,
        )
    return Finding(
        "too-few-in-flight",
        f"At most {group.most:,} of {count(group.total, 'call')} of {group.name}{line} ran at "
        "the same time; the others waited for a place.",
        "Look for what lets only so many in: a semaphore, a pool, a batch.",
        group.line,
    )


def _groups(spans: Sequence[Span]) -> list[Group]:
    members: dict[tuple[str, int | None, str], list[Span]] = {}
    for span in spans:
        members.setdefault((span.name, span.line, span.lane), []).append(span)
    return [Group(*key, tuple(group)) for key, group in members.items()]


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


def _outermost(span: Span, other: Span, own: Sequence[Span]) -> Span:
    """The answer's own call that holds `span` and ends before `other` begins, or the reverse."""
    around = [
        call
        for call in own
        if call.start <= span.start
        and call.end >= span.end
        and (call.end <= other.start + 1e-9 or call.start >= other.end - 1e-9)
    ]
    return max(around, key=lambda call: call.end - call.start, default=span)


def _named(span: Span) -> str:
    return f"{span.label} (line {span.line})" if span.line else span.label
