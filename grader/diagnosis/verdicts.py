"""What the answer's own tests say of other programs."""

from grader.diagnosis.finding import Finding, slip_of
from grader.model.checks import VerdictCheck
from grader.model.evidence import Evidence


def verdict(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, VerdictCheck):
        return None
    at = f"{check.test} (line {check.line})" if check.line else check.test
    said = check.said.rstrip(".")
    not_awaited = next((left for left in evidence.unawaited if left.line), None)
    if check.is_right and not_awaited is not None:
        return Finding(
            "right-rejected",
            f"This page does all that is asked: it {check.program}. {check.test} never asked it: "
            f"`{not_awaited.what}(...)` was called but never awaited (line {not_awaited.line}).",
            "Write `await` before it.",
            not_awaited.line,
        )
    dropped = slip_of(evidence, "dropped_task")
    if check.is_right and dropped is not None:
        return Finding(
            "right-rejected",
            f"This page does all that is asked: it {check.program}. {check.test} did not wait for "
            f"it: line {dropped.line} starts {dropped.code} in a task, and nobody waits for that.",
            "Await it where you need its answer.",
            dropped.line,
        )
    idle = slip_of(evidence, "not_awaited")
    if check.is_right and ("'coroutine' object" in said or idle is not None):
        line = check.line if idle is None else idle.line
        return Finding(
            "right-rejected",
            f"This page does all that is asked: it {check.program}. {at} stops with {said}. "
            "A request was made there, or before, and never awaited.",
            f"Write `await` before it, at line {line}." if idle else "Write `await` before it.",
            line,
        )
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
