"""What ran at the same time, where one was to come after the other."""

from grader.diagnosis.finding import SAME, Finding, named
from grader.model.evidence import Evidence, TimeCheck
from grader.wording import count, seconds

WORK = ("call", "sleep", "upstream", "query")


def under_way(evidence: Evidence, check: TimeCheck, came: str) -> Finding | None:
    """It came while a call still ran whose end is the moment at which it was due."""
    due = check.start + check.expected_seconds
    calls = [s for s in evidence.spans if s.kind in WORK and s.line and abs(s.end - due) < SAME]
    within = check.start - SAME, check.end + SAME
    call = next((s for s in calls if within[0] <= s.start <= within[1]), None)
    name = check.what.removesuffix(" began")
    began = (s for s in evidence.spans if s.name == name and abs(s.start - check.end) < SAME)
    next_one = next(began, None)
    if call is None or call is next_one:
        return None
    if next_one is not None and abs(next_one.start - call.start) < SAME:
        return Finding(
            "too-early",
            f"{came} after {check.actual}, together with {named(call)}, which ends at "
            f"{seconds(due)}.",
            f"Await what has to come first, and begin {name} only then.",
            next_one.line,
        )
    return Finding(
        "too-early",
        f"{came} after {check.actual}. {named(call)} still ran then, until {seconds(due)}: it was "
        "begun, and nobody waited for its end.",
        "A task, too, needs its `await`: put it where you need the result, or the end.",
        call.line,
    )


def together(evidence: Evidence, check: TimeCheck, came: str) -> Finding | None:
    """It was too early by just what ran beside something else."""
    within = check.start - SAME, check.end + SAME
    work = [s for s in evidence.spans if s.kind in WORK and s.line and s.end > s.start]
    work = [s for s in work if within[0] <= s.start and s.end <= within[1]]
    in_turn = sum(span.each * span.times for span in work)
    if len(work) > 4 or abs(in_turn - check.expected_seconds) > SAME:
        return None
    if len(work) == 1 and work[0].count > 1:
        many = work[0]
        who = f"{count(many.times, 'call')} of {many.name} at line {many.line}"
    elif len(work) > 1:
        who = " and ".join(named(span) for span in work)
    else:
        return None
    return Finding(
        "too-early",
        f"{came} after {check.actual}: {who} ran at the same time. {check.expected} is what they "
        "take one after the other.",
        "Await each before you start the next, where the task says that one comes after the other.",
        work[-1].line,
    )
