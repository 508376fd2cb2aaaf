"""What was to hold others back, and is made anew for each of them."""

from dataclasses import replace

from grader.diagnosis.finding import Finding, slip_of
from grader.model.evidence import Evidence

HELD_BACK = ("called-too-often", "check-then-act", "over-the-rate", "too-many-in-flight")
"""What happens where nobody is held back."""


def lock_of_one(evidence: Evidence, finding: Finding) -> Finding:
    """The finding, with the lock that only its own call can see, where there is one."""
    lock = slip_of(evidence, "own_lock")
    if lock is None or finding.id not in HELD_BACK:
        return finding
    return replace(
        finding,
        why=f"Line {lock.line} makes a new {lock.code} each time, so nobody shares it and nobody "
        f"waits there. {finding.why}",
        next="Make it once, outside of the function, so that all share it.",
        line=lock.line,
    )
