"""Rules about how many ran at once, and how many began in a stretch of time."""

from grader.diagnosis.finding import SAME, Finding, line_of, sentence, slip_of
from grader.model.checks import RateCheck
from grader.model.evidence import Evidence, PeakCheck
from grader.wording import count, seconds


def peak_check(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, PeakCheck):
        return None
    line = line_of(evidence, check)
    if not check.allowed:
        return Finding(
            "too-many-in-flight",
            f"{check.actual[:1].upper()}{check.actual[1:]}; the task asks for {check.expected}.",
            "Look for what starts them, and whether it is needed at all.",
            line,
        )
    if check.most > check.allowed:
        return Finding(
            "too-many-in-flight",
            f"{_many(check)} ran at the same time; the task allows {check.allowed}.",
            f"Find what decides how many get in, and let it be {check.allowed}; where the task "
            "gives something for that, use it.",
            line,
        )
    return Finding(
        "too-few-in-flight",
        f"At most {_many(check)} ran at the same time, where {check.allowed} can.",
        "Look for what lets only so many in: a lock, a semaphore, a wait between two starts.",
        line,
    )


def _many(check: PeakCheck) -> str:
    """`4 calls of make_thumbnail`, or `4` of what has no name."""
    if not check.name:
        return str(check.most)
    return count(check.most, f"call of {check.name}", f"calls of {check.name}")


def rate(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, RateCheck):
        return None
    held = [s for s in evidence.spans if s.blocking and check.start - SAME <= s.end]
    held = [s for s in held if s.start <= check.end]
    line = f" (line {check.line})" if check.line else ""
    if held:
        first = max(held, key=lambda span: span.each)
        return Finding(
            "blocked-loop",
            f"{sentence(first.label)} at line {first.line} blocked the event loop for "
            f"{seconds(first.each)}. Calls that were due meanwhile, one after the other, all began "
            f"when it was over: {check.most} of {check.name}{line} at {seconds(check.end)}.",
            "Use a call that can be awaited, or hand the blocking one to a thread.",
            first.line,
        )
    late = slip_of(evidence, "changed_late")
    if late is not None and check.end == check.start:
        return Finding(
            "over-the-rate",
            f"{check.most} calls of {check.name}{line} began at {seconds(check.start)}, at the "
            f"same moment; {check.allowed} may begin in any {seconds(check.stretch_seconds)}. Line "
            f"{late.line} changes `{late.code}` only behind an `await`: meanwhile the others had "
            "read what was there before.",
            f"Read `{late.code}` and change it with no `await` between the two.",
            late.line,
        )
    when = f"between {seconds(check.start)} and {seconds(check.end)}"
    step = "Count the beginnings, and not what runs: before each call, look back over the last "
    step += f"{seconds(check.stretch_seconds)}, wherever that stretch begins."
    if check.end == check.start:
        when = f"at {seconds(check.start)}, at the same moment"
        if any(s.kind == "sleep" and abs(s.end - check.end) < SAME for s in evidence.spans):
            step = "Give each caller its moment before it waits, or let it look again afterwards."
    return Finding(
        "over-the-rate",
        f"{check.most} calls of {check.name}{line} began {when}; "
        f"{check.allowed} may begin in any {seconds(check.stretch_seconds)}.",
        step,
        check.line,
    )
