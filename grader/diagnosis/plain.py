"""A plain sentence for each check that no other rule explains."""

from grader.diagnosis.finding import Finding
from grader.model.checks import (
    LogCheck,
    OutcomeCheck,
    ReadAheadCheck,
    RefusedCheck,
    ShutdownCheck,
    UnboundedCheck,
)
from grader.model.evidence import Evidence
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
A_MOMENT = 1e-3
WORK = ("call", "job", "sleep", "coroutine")


def plain(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if isinstance(check, OutcomeCheck):
        line = f" (line {check.line})" if check.line else ""
        at = "" if check.at is None or check.outcome == "lost" else f" at {seconds(check.at)}"
        cause = _failed_then(evidence, check) if check.outcome == "cancelled" else ""
        why = f"{check.name}{line} {WAS[check.outcome]}{at}{cause}; {SHOULD[check.wanted]}."
        id, step = STEPS[check.outcome]
        return Finding(id, why, step, check.line)
    if isinstance(check, ShutdownCheck):
        return _shutdown(evidence, check)
    if isinstance(check, RefusedCheck):
        return Finding(
            "wrong-status",
            f"The app refused the connection to {check.name}, with status {check.status}.",
            "Look at the path of your WebSocket's function, and whether it accepts.",
        )
    if isinstance(check, ReadAheadCheck):
        return Finding(
            "too-many-in-flight",
            f"{count(check.ahead, 'piece')} of {check.name} had been fetched that nobody had read; "
            f"at most {check.allowed} may be.",
            "Let the reader's pace be the pace of the fetching: fetch a piece, hand it on.",
            check.line,
        )
    if isinstance(check, UnboundedCheck):
        return Finding(
            "too-many-in-flight",
            f"{check.waiting} {check.name} waited for one receiver; at most {check.allowed} may.",
            "Give what waits a limit, and decide what becomes of a receiver who reaches it.",
            check.line,
        )
    return _log(check) if isinstance(check, LogCheck) else None


def _failed_then(evidence: Evidence, check: OutcomeCheck) -> str:
    """`, when run_job(5) (line 36) failed`: what else ended at the moment of a cancellation."""
    failed = (s for s in evidence.spans if s.kind in WORK and s.outcome == "failed" and s.line)
    at = check.at
    cause = next((s for s in failed if at is not None and abs(s.end - at) < A_MOMENT), None)
    return f", when {cause.label} (line {cause.line}) failed" if cause is not None else ""


def _shutdown(evidence: Evidence, check: ShutdownCheck) -> Finding:
    is_late = check.actual_seconds > check.expected_seconds
    same = {round(s, 3): name for name, s in check.instead.items()}
    name = same.get(round(check.actual_seconds, 3), "")
    known = f" That is what it takes {name.replace('_', ' ')}." if name else ""
    work = [s for s in evidence.spans if s.kind in WORK and s.line and s.start <= check.end]
    then = [s for s in work if abs(s.end - check.end) < A_MOMENT and s.outcome != "running"]
    if not is_late:
        then = [s for s in then if s.outcome == "cancelled"]
        then = [s for s in work if s.outcome == "running"] or then
    last = next(iter(then), None)
    what = ""
    if last is not None:
        did = "still ran" if last.outcome == "running" else "ended"
        did = "was cancelled" if last.outcome == "cancelled" else did
        what = f" {last.label} (line {last.line}) {did} then."
    return Finding(
        "too-slow" if is_late else "too-early",
        f"The app stopped after {check.actual}; {check.expected} would be right.{known}{what}",
        "Compare what the shutdown waits for with what it should, and for how long.",
        last.line if last is not None else None,
    )


def _log(check: LogCheck) -> Finding:
    if not check.told:
        return Finding(
            "lost-exception",
            f"No line in the log tells of {check.error}.",
            "Log the failure where it is caught, with its exception.",
        )
    return Finding(
        "called-too-often",
        f"{count(check.told, 'line')} in the log tell of {check.error}; one is enough.",
        "Log a failure in one place: where somebody decides what becomes of it.",
        check.line,
    )
