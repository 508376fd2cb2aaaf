"""A plain sentence for each check that no other rule explains."""

from grader.diagnosis import finding
from grader.diagnosis.explained import explain
from grader.diagnosis.finding import SAME, Finding, outlived, slip_of
from grader.model.checks import (
    LogCheck,
    OutcomeCheck,
    ReadAheadCheck,
    RefusedCheck,
    UnboundedCheck,
)
from grader.model.evidence import Evidence, Visited
from grader.wording import count, seconds

WAS = {
    "done": "ran to its end",
    "failed": "failed",
    "cancelled": "was cancelled",
    "running": "was still running",
    "unawaited": "never began",
    "lost": "was lost: nothing held on to its task, and Python tidied it away",
}
SHOULD = {
    "done": "it should run to its end",
    "failed": "it should fail",
    "cancelled": "it should be cancelled",
    "running": "it should go on",
    "unawaited": "it should not begin",
}
STEPS = {
    "done": ("too-slow", "Look for what should have ended it, and when that happens."),
    "failed": ("server-error", "Look at what it raises, and who should catch that."),
    "cancelled": ("too-early", "Look for what cancels it: a time limit, a group, a stop."),
    "running": ("still-running", "Look for what should end it, and whether that gets there."),
    "unawaited": ("forgotten-await", "Look for the await that it needs."),
    "lost": ("lost-task", "Keep each task until it is done, in a set of the module."),
}
"""By what became of a call: the diagnosis, and what to do."""
WORK = ("call", "job", "sleep", "coroutine")


def plain(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if isinstance(check, OutcomeCheck):
        line = f" (line {check.line})" if check.line else ""
        at = "" if check.at is None or check.outcome == "lost" else f" at {seconds(check.at)}"
        if (left := _left_before(evidence, check)) is not None:
            end = left.end or 0.0
            return outlived(left.status, end, check.name, check.line, check.at)
        if check.outcome == "lost" and (handed := finding.done_at_once(evidence)) is not None:
            return Finding(
                "lost-task",
                f"{check.name}{line} was lost: {handed}",
                "Hand on the function itself, as in add_done_callback(tasks.discard).",
                check.line,
            )
        cause = _failed_then(evidence, check) if check.outcome == "cancelled" else ""
        why = f"{check.name}{line} {WAS[check.outcome]}{at}{cause}; {SHOULD[check.wanted]}."
        id, step = STEPS[check.outcome]
        return Finding(id, why, step, check.line)
    if isinstance(check, RefusedCheck):
        dead = finding.dead_of(evidence)
        if dead is not None:
            _, means, step = explain(dead)
            return Finding(
                "server-error",
                f"The app refused the connection to {check.name}, with status {check.status}. "
                f"{finding.died(dead)}.{means}",
                step,
                dead.line,
            )
        cut = next((v for v in evidence.visits if v.cancelled), None)
        if cut is not None:
            return Finding(
                "server-error",
                f"The app refused the connection to {check.name}, with status {check.status}: the "
                "task that serves it was cancelled before it had accepted.",
                "Look for what cancels it: a time limit, a group in which another task failed, "
                "cancel().",
                cut.line,
            )
        return Finding(
            "wrong-status",
            f"The app refused the connection to {check.name}, with status {check.status}.",
            "Look at the path of your WebSocket's function, and whether it accepts.",
        )
    if isinstance(check, ReadAheadCheck):
        return Finding(
            "no-back-pressure",
            f"{count(check.ahead, 'piece')} of {check.name} had been fetched that nobody had read; "
            f"at most {check.allowed} may be.",
            "Let the reader's pace be the pace of the fetching: fetch a piece, hand it on.",
            check.line,
        )
    if isinstance(check, UnboundedCheck):
        slip = slip_of(evidence, "dropped_task")
        told = "" if slip is None else f" Line {slip.line} starts {slip.code} in a task, and nobody"
        return Finding(
            "no-back-pressure",
            f"{check.waiting} {check.name} waited for one receiver; at most {check.allowed} may."
            + (f"{told} waits for it." if told else ""),
            "Give what waits a limit, and decide what becomes of a receiver who reaches it.",
            check.line or (slip.line if slip is not None else None),
        )
    return _log(evidence, check) if isinstance(check, LogCheck) else None


def _left_before(evidence: Evidence, check: OutcomeCheck) -> Visited | None:
    """The response with an error status that had left while the call still ran."""
    if check.wanted != "cancelled" or check.outcome not in ("done", "running"):
        return None
    call = next((s for s in evidence.spans if s.label == check.name and s.line), None)
    if call is None:
        return None
    return next(
        (
            visit
            for visit in evidence.visits
            if visit.status >= 400
            and visit.end is not None
            and visit.start <= call.start + SAME < visit.end < call.end
        ),
        None,
    )


def _failed_then(evidence: Evidence, check: OutcomeCheck) -> str:
    """`, when run_job(5) (line 36) failed`: what else ended at the moment of a cancellation."""
    failed = (s for s in evidence.spans if s.kind in WORK and s.outcome == "failed" and s.line)
    at = check.at
    cause = next((s for s in failed if at is not None and abs(s.end - at) < SAME), None)
    return f", when {cause.label} (line {cause.line}) failed" if cause is not None else ""


def _log(evidence: Evidence, check: LogCheck) -> Finding:
    if check.level:
        return Finding(
            "lost-exception",
            f"Line {check.line} tells of {check.error}, at the level {check.level}: whoever looks "
            "for failures looks from WARNING on.",
            "Log a failure as one: log.exception does, with the traceback.",
            check.line,
        )
    if not check.told:
        dead = next((p for p in evidence.dead if f"{p.type}: {p.message}" == check.error), None)
        if dead is not None and dead.line:
            return Finding(
                "lost-exception",
                f"{finding.died(dead)}, for nothing caught it there: no line in the log tells of "
                "it, and what the task was still to do, nobody does.",
                "Catch it in the task, log it there, and let the task go on.",
                dead.line,
            )
        line = finding.line_of_failure(evidence)
        where = f", which came out of line {line}" if line else ""
        return Finding(
            "lost-exception",
            f"No line in the log tells of {check.error}{where}.",
            "Log the failure where it is caught, with its exception.",
            line,
        )
    return Finding(
        "called-too-often",
        f"{count(check.told, 'line')} in the log tell of {check.error}; one is enough.",
        "Log a failure in one place: where somebody decides what becomes of it.",
        check.line,
    )
