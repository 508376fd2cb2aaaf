"""Rules about exceptions that nobody sees: of tasks, and those that an answer hides."""

from grader.diagnosis import rounds
from grader.diagnosis.cut_short import refused_caller
from grader.diagnosis.explained import explain
from grader.diagnosis.finding import (
    Finding,
    brief,
    cancelled,
    dead_of,
    died,
    heard_that_they_left,
    is_coroutine_used,
    line_of,
    line_of_failure,
    misplaced,
)
from grader.model.checks import OutcomeCheck
from grader.model.evidence import CallsCheck, Evidence, HiddenCheck, StatusCheck, ValueCheck
from grader.wording import seconds

SLIPS = (
    *("AttributeError", "IndexError", "KeyError", "NameError", "RuntimeError", "TypeError"),
    *("UnboundLocalError", "ValueError", "ZeroDivisionError"),
)
"""What code raises that is not as its author meant it."""


def lost_exception(evidence: Evidence) -> Finding | None:
    if not evidence.lost:
        return None
    problem = evidence.lost[0]
    if "Expected ASGI message" in problem.message and isinstance(evidence.check, OutcomeCheck):
        return None  # it went on, and came too late with a response of its own: see the check
    if problem.line is None:
        problem = problem.model_copy(update={"line": line_of_failure(evidence)})
    where = f" at line {problem.line}" if problem.line else ""
    what = f"{problem.type}: {brief(problem.message)}".rstrip(": ")
    return Finding(
        "lost-exception",
        f"A task ended with {what}{where}{misplaced(problem)}, and nobody looked at it.",
        "Await every task that you start, or look at its exception when it is done.",
        problem.line,
    )


def dead_task(evidence: Evidence) -> Finding | None:
    """A task that failed does nothing any more: who waits for it waits for ever."""
    if evidence.error is None or evidence.error.type not in ("Deadlock", "Endless"):
        return None
    dead = next((p for p in evidence.dead if p.line), None)
    ended_early = (o for o in evidence.over if o.cancelled and o.of_start)
    cut = cancelled(evidence) or next(ended_early, None)
    line = dead.line if dead is not None else cut.line if cut is not None else None
    waits = next((w for w in evidence.waiting if w.line is not None and w.line != line), None)
    waits = waits or next((w for w in evidence.waiting if w.line is not None), None)
    so = f" Line {waits.line} still waits for {waits.waits_for}." if waits is not None else ""
    if dead is None and cut is not None and evidence.error.type == "Deadlock":
        return Finding(
            "deadlock",
            f"The task {cut.what}, which line {cut.line} made, was cancelled at "
            f"{seconds(cut.at)}, and does nothing of what it was still to do.{so}",
            "Look for what cancels it, and let who waits for it hear of its end.",
            cut.line,
        )
    if dead is None:
        return None
    if is_coroutine_used(dead):
        return Finding(
            "forgotten-await",
            f"{died(dead)}. That is a coroutine, not its result: nothing has awaited it.{so}",
            "Write `await` before the call that gave it.",
            dead.line,
        )
    return Finding(
        "lost-exception",
        f"{died(dead)}, and so does nothing of what it was still to do.{so}",
        "Catch in the task what may fail there, and let it go on, or say that it has ended.",
        dead.line,
    )


def died_before(evidence: Evidence) -> Finding | None:
    """A task of nobody's request died by a slip of its own, and what it was to do is missing."""
    check = evidence.check
    dead = dead_of(evidence) or next((p for p in evidence.dead if p.of_start), None)
    missing = isinstance(check, StatusCheck) or (
        isinstance(check, CallsCheck) and check.kind == "not_called"
    )
    if not missing or dead is None or dead.visits:
        return None
    if dead.type not in SLIPS and not dead.of_start:
        return None
    return Finding(
        "lost-exception",
        f"{died(dead)}, and did nothing of what it was still to do.",
        "A task that is to go on catches what may fail in it."
        if dead.planted
        else "Repair that line; a task that is to go on catches what may fail in it.",
        dead.line,
    )


def over(evidence: Evidence) -> Finding | None:
    """A task of the app's start was over while the app was up, and what it was to do is missing."""
    check = evidence.check
    if isinstance(check, StatusCheck):
        missing = set(evidence.background)
    elif isinstance(check, CallsCheck) and check.kind == "not_called":
        missing = {check.name} & set(evidence.background)
    else:
        return None
    known = {span.name for span in evidence.spans}
    ended = (t for t in evidence.over if t.of_start or (t.cancelled and not missing & known))
    task = next((each for each in ended if missing & set(each.names)), None)
    if task is None:
        return None
    if (again := rounds.not_made_again(evidence, task)) is not None:
        return again
    how = "was cancelled" if task.cancelled else "came to its end"
    made = " as the app started" if task.of_start else ""
    return Finding(
        "not-called",
        f"The task {task.what}, which line {task.line} made{made}, {how} at "
        f"{seconds(task.at)}: what was to be done later, nobody does.",
        "Look for what cancels it: a scope or a group that ends with the start, cancel(), a limit."
        if task.cancelled
        else "Let it go on as long as the app does: a loop that waits for the next piece of work.",
        task.line,
    )


def taken_for_a_result(evidence: Evidence) -> Finding | None:
    """A task failed, not by the suite's order, and what it raised was looked at and dropped."""
    check = evidence.check
    if not isinstance(check, ValueCheck | HiddenCheck):
        return None
    own = (p for p in evidence.dead if not p.planted)
    dead = next((p for p in own if not heard_that_they_left(p)), None)
    line = next((s.line for s in evidence.spans if s.kind == "query" and s.line), None)
    line = dead.line or line if dead is not None else None
    if dead is None or dead.type == "HTTPException":
        return None
    _, means, step = explain(dead)
    where = f" (line {line})" if line else ""
    return Finding(
        "lost-exception",
        f"A task{where} ended with {dead.type}: {brief(dead.message).rstrip('.')}, and the "
        f"response goes on as if it had a result.{means}",
        step,
        line,
    )


def hidden_failure(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, HiddenCheck):
        return None
    if "HTTPException" in check.actual and (found := refused_caller(evidence)) is not None:
        return found
    failed = next((s for s in evidence.spans if s.outcome == "failed" and s.line), None)
    work = f"{failed.label} (line {failed.line})" if failed else "Work that the request depends on"
    who = "the response says" if evidence.visits else "its caller got"
    makers = (r for r in evidence.refusals if r.because and check.actual == f"status {r.status}")
    made = next(makers, None)
    by = f" Line {made.line} made that of the {made.because}." if made is not None else ""
    return Finding(
        "lost-exception",
        f"{work} failed, and {who} {check.actual} all the same.{by}",
        "Follow the exception from where it is raised: who catches it, and what becomes of it?",
        made.line if made else line_of(evidence, check) or (failed.line if failed else None),
    )
