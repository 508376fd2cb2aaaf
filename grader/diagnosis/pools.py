"""Rules about threads that many share."""

from collections.abc import Sequence

from grader.diagnosis.finding import SAME, Finding
from grader.diagnosis.groups import Group, groups_of
from grader.model.evidence import TimeCheck
from grader.model.spans import Span
from grader.wording import count, seconds

SMALLEST = 32
"""Threads of asyncio's own pool, as the clock has it; FastAPI's has 40."""


def behind_others(check: TimeCheck, window: Sequence[Span]) -> Finding | None:
    """A page got a thread only when other pages, which had been asked for before, were through."""
    work = [s for s in window if s.kind in ("call", "job") and s.lane == "thread" and s.line]
    groups = sorted(groups_of(work), key=_start)
    pages = {span.name for span in window if span.kind == "request"}
    asked = [span for span in window if span.kind == "request" and span.end > check.end - SAME]
    if len(groups) < 2 or not asked or len(pages) < 2:
        return None
    *others, last = groups
    waited = _start(last) - max(span.start for span in asked)
    if waited < 0.5 * (check.actual_seconds - check.expected_seconds):
        return None
    slow = max(others, key=lambda group: group.total)
    return Finding(
        "thread-pool-queue",
        f"{last.name} (line {last.line}) waited {seconds(waited)} for a thread. Until then, other "
        f"requests had them: {slow.name} (line {slow.line}) ran, {count(slow.most, 'call')} at a "
        "time.",
        "Give the slow work threads of its own, and let whoever finds none of them free wait "
        "without a thread.",
        slow.line,
    )


def _start(group: Group) -> float:
    return min(span.start for span in group.spans)


def in_the_pool(limited: Sequence[Group]) -> Finding | None:
    """Calls that wait inside the jobs of a pool, which has its places for other work."""
    threads = [group for group in limited if group.lane == "thread"]
    work = next((group for group in threads if group.kind == "job"), None)
    waits = next((group for group in threads if group.kind == "call"), None)
    if work is None or waits is None or work.most != waits.most:
        return None
    return Finding(
        "too-few-in-flight",
        f"At most {waits.most:,} of {waits.calls} (line {waits.line}) ran at the same time: each "
        f"waits inside a job of the pool, which has {waits.most:,} places, and {work.name} needs "
        "them.",
        "Hand the pool only what computes, and await the rest on the app's event loop.",
        waits.line,
    )
