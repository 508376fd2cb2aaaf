"""Where the line that lets too many or too few in is another than the one where they run."""

from dataclasses import replace

from grader.diagnosis.finding import Finding, slip_of
from grader.model.evidence import Evidence

TOO_FEW = ("one-after-another", "too-few-in-flight")
HELD_BACK = ("called-too-often", "check-then-act", "over-the-rate", "too-many-in-flight")
"""What happens where nobody is held back."""


def bounds(evidence: Evidence, finding: Finding) -> Finding:
    """The finding, with the lock that only its own call can see, or with the limits of a client."""
    lock, limits = slip_of(evidence, "own_lock"), slip_of(evidence, "pool_limits")
    if lock is not None and finding.id in HELD_BACK:
        return replace(
            finding,
            why=f"Line {lock.line} makes a new {lock.code} each time, so nobody shares it and "
            f"nobody waits there. {finding.why}",
            next="Make it once, outside of the function, so that all share it.",
            line=lock.line,
        )
    if limits is not None and finding.id in TOO_FEW and "requests to" in finding.why:
        return replace(
            finding,
            why=f"{finding.why} Line {limits.line}, {limits.code}, sets how many get out.",
            next="Compare that limit with how many the task has at once.",
            line=limits.line,
        )
    taken = slip_of(evidence, "anext")
    if taken is not None and "lent out" in finding.why:
        return replace(
            finding,
            why=f"{finding.why} Line {taken.line}, {taken.code}, takes one out of a generator, and "
            "nobody goes on behind the `yield`, where it closes.",
            next="Let FastAPI do both: name the generator function in Depends(...).",
            line=taken.line,
        )
    return finding
