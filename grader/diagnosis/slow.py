"""What took so long where nothing stood in the way of anything."""

from collections.abc import Sequence
from dataclasses import replace

from grader.diagnosis.finding import SAME, Finding
from grader.diagnosis.groups import Group
from grader.model.evidence import Evidence, TimeCheck
from grader.model.spans import Span, general
from grader.wording import seconds

OUTER = ("request", "coroutine", "connection")
"""Kinds of spans that last as long as what they wait for."""


def too_slow(evidence: Evidence, check: TimeCheck, window: Sequence[Span]) -> Finding:
    """Nothing stood in the way of anything: the longest wait is the one to ask about."""
    why = f"It took {check.actual} where {check.expected} is possible"
    step = "Compare the task's figures with what your code waits for."
    mine = [v for v in evidence.visits if v.end is not None and abs(v.end - check.end) < SAME]
    begun = max(check.start, min((visit.start for visit in mine), default=check.start))

    def inside(span: Span) -> float:
        return min(span.each, min(span.end, check.end) - max(span.start, check.start))

    waits = [span for span in window if span.kind not in OUTER and span.line]
    # What began before and goes on after is somebody else's.
    own = [s for s in waits if begun - SAME <= s.start and s.end <= check.end + SAME]
    longest = max(own or waits, key=inside, default=None)
    if longest is None or longest.end <= longest.start:
        return Finding("too-slow", f"{why}.", step)
    held, line = f"{of_many(longest)} at line {longest.line} takes {seconds(longest.each)}", None
    labels = {general(visit.label) for visit in evidence.visits}
    if own and len(labels) > 1 and len({visit.label for visit in mine}) == 1:
        held += f", in {mine[0].label}"
        helpers = [s for s in window if s.kind == "coroutine" and s.line and s.start >= begun]
        around = [s for s in helpers if s.start <= longest.start and longest.end <= s.end]
        if around:
            outer = max(around, key=lambda span: span.each)
            held, line = f"{held}, which calls {outer.label} at line {outer.line}", outer.line
    if longest.kind == "send":
        step = (
            "A send waits for its receiver. Ask who else waits with it, and put something between "
            "them that need not wait."
        )
    return Finding("too-slow", f"{why}: {held}.", step, line or longest.line)


def of_many(span: Span) -> str:
    """One call by its label; what stands for many by its name, for their arguments differ."""
    many = span.times > 1 and "(" in span.label
    return f"{span.name}(...)" if many else span.label


def held_up(group: Group, work: Sequence[Span], found: Finding) -> Finding:
    """What was found of the group, or that its next calls waited for something else as well."""
    span = group.held_up_by(work)
    if span is None:
        return found
    turn = "ran one after the other" if group.most == 1 else f"ran, {group.most} at a time"
    return replace(
        found,
        why=f"{group.calls} (line {group.line}) {turn}, and each later one began only when "
        f"{span.label} (line {span.line}) had ended as well.",
        next="Ask whether the next one has to wait for that, too: look at what is held meanwhile, "
        "such as a lock or a place of a semaphore.",
        line=span.line,
    )
