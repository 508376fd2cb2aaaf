"""What ran at the same time, where one was to come after the other."""

from grader.diagnosis.cut_short import SAME
from grader.diagnosis.finding import Finding, named
from grader.model.evidence import Evidence, TimeCheck
from grader.wording import count

WORK = ("call", "sleep", "upstream", "query")


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
