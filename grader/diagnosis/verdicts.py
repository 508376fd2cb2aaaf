"""What the answer's own tests say of other programs."""

from grader.diagnosis.finding import Finding
from grader.model.checks import VerdictCheck
from grader.model.evidence import Evidence


def verdict(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, VerdictCheck):
        return None
    at = f"{check.test} (line {check.line})" if check.line else check.test
    said = check.said.rstrip(".")
    if check.is_right and check.is_assertion:
        return Finding(
            "right-rejected",
            f"This page does all that is asked: it {check.program}. {at} rejects it: {said}.",
            "Check what the task promises, and leave open what it leaves open.",
            check.line,
        )
    if check.is_right:
        return Finding(
            "right-rejected",
            f"This page does all that is asked: it {check.program}. {at} stops with {said}.",
            "Repair that line, so that each test comes to its end with a right page.",
            check.line,
        )
    stopped = f" {at} stops with {said}, and only an assertion rejects." if check.test else ""
    return Finding(
        "wrong-accepted",
        f"This page {check.program}, and no assertion of yours sees it.{stopped}",
        "Think of a visitor to whom it matters, and write down what they would see.",
        check.line,
    )
