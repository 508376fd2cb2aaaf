"""What was to be over, or to begin, by a certain moment, and was not."""

from grader.diagnosis import rounds
from grader.diagnosis.cut_short import WORK
from grader.diagnosis.finding import SAME, Finding, slip_of, slips_of
from grader.model.checks import ShutdownCheck
from grader.model.evidence import Evidence, TimeCheck
from grader.model.spans import Span
from grader.wording import seconds

ENDED = ("Endless", "StoodStill", "TimedOut")
"""How the grader ends what does not end."""
KINDS = (*WORK, "body")
"""Kinds of spans that a time limit can end."""
JOBS = ("call", "job", "sleep", "coroutine")
"""Kinds of spans that an app's stop can wait for."""


def past(evidence: Evidence, check: TimeCheck) -> Finding | None:
    """The time was over, and nothing ended what was under way."""
    due = check.start + check.expected_seconds
    under_way = [
        span
        for span in evidence.spans
        if span.kind in KINDS and span.line and span.start < due - SAME < span.end - SAME
    ]
    status = _status_at(evidence, check.end)
    if check.expected_seconds <= 0 or not under_way or not (check.is_limit or status == 504):
        return None
    # Of calls inside each other the outermost: inner ones may stand in a given part.
    call = max(under_way, key=lambda s: (s.end, -s.start, s.kind == "coroutine"))
    what = f"The {status} left" if status else check.what or "The response was there"
    return Finding(
        "no-deadline",
        f"{what} after {check.actual}. At {check.expected} {call.label} (line {call.line}) was "
        "under way, and nothing ended it.",
        "Put one time limit around all that the response waits for.",
        call.line,
    )


def late_refusal(evidence: Evidence, check: TimeCheck) -> Finding | None:
    """A 503 that somebody had to wait for, where it was due at once."""
    if check.expected_seconds > 0 or _status_at(evidence, check.end) != 503:
        return None
    return Finding(
        "queueing-instead-of-shedding",
        f"The 503 left after {check.actual}, and a refusal has nothing to wait for.",
        "Ask whether there is a place, and say no at once if there is none.",
        evidence.answered.get(503),
    )


def blocked_startup(evidence: Evidence) -> Finding | None:
    """The app took no request, for its start waited for something else."""
    check = evidence.check
    if not evidence.starting and not isinstance(check, TimeCheck):
        return None
    error = evidence.error
    if error is not None and error.line and error.type not in ("Deadlock", *ENDED):
        return None  # the start has ended, with an exception
    if isinstance(check, TimeCheck):
        if check.actual_seconds <= check.expected_seconds or evidence.up_at is None:
            return None
        if abs(evidence.up_at - check.end) > SAME:
            return None
        if evidence.blocked >= 0.5 * (check.actual_seconds - check.expected_seconds):
            return None  # nothing could run then, the start as little as all else
    waits = [(w.line, w.waits_for) for w in evidence.waiting if w.line is not None]
    work = [s for s in evidence.spans if s.line and s.kind in KINDS and s.kind != "coroutine"]
    calls = [s for s in work if evidence.starting or abs(s.end - (evidence.up_at or 0.0)) < SAME]
    line: int | None
    if calls:
        longest = max(calls, key=lambda span: span.each)
        line, what = longest.line, longest.label
    elif waits:
        line, what = waits[0]
    else:
        return None
    until = f"was over after {check.actual}" if isinstance(check, TimeCheck) else "does not end"
    own = [s for s in evidence.spans if s.kind == "coroutine"]
    if calls and (around := [s for s in own if s.start <= longest.start and longest.end <= s.end]):
        outer = max(around, key=lambda span: span.end - span.start)
        if not evidence.starting and outer.end - (evidence.up_at or 0.0) > SAME:
            return Finding(
                "blocked-startup",
                f"The app's start {until}, when {what} (line {line}) had ended in a task that goes "
                "on. Until the lifespan comes to its `yield`, the app takes no request.",
                "Let the lifespan wait for nothing of that task before its `yield`.",
                outer.line or line,
            )
        outer = max((s for s in around if s.line), key=lambda s: s.end - s.start, default=longest)
        line, what = outer.line, outer.label
    return Finding(
        "blocked-startup",
        f"The app's start {until}: line {line} waits for {what} in it. Until the lifespan comes to "
        "its `yield`, the app takes no request.",
        "Start that work in a task of its own, do not wait for it, and let the lifespan go on to "
        "its `yield`.",
        line,
    )


def drift(evidence: Evidence, check: TimeCheck) -> Finding | None:
    """Each round begins some time after the END of the one before, so that they come too late."""
    late = check.actual_seconds - check.expected_seconds
    for now in evidence.spans:
        if now.kind not in ("call", "upstream", "job") or abs(now.start - check.end) > SAME:
            continue
        alike = (s for s in evidence.spans if (s.name, s.line) == (now.name, now.line))
        before = sorted((s for s in alike if s.start < now.start - SAME), key=lambda s: s.start)
        if not before or any(s.times > 1 for s in before):
            continue
        pauses = [b.start - a.end for a, b in zip(before, [*before[1:], now], strict=True)]
        took = sum(s.end - s.start for s in before if s.start >= check.start - SAME)
        if min(pauses) > SAME and max(pauses) - min(pauses) < SAME and abs(took - late) < SAME:
            return Finding(
                "drift",
                f"{check.what or now.label} after {check.actual}, which is {seconds(pauses[-1])} "
                f"after the end of the one before (line {now.line}): what each of them takes is "
                "added to the pause.",
                "Say when the next one is due before you start this one; the pause is what is left "
                "until then.",
                _pause(evidence, now),
            )
    return None


def _pause(evidence: Evidence, then: Span) -> int | None:
    """The line of the pause that ended as that call began, else the call's own."""
    slept = (s for s in evidence.spans if s.kind == "sleep" and abs(s.end - then.start) < SAME)
    return next((s.line for s in slept if s.line), then.line)


def shutdown(evidence: Evidence) -> Finding | None:
    """How long the app took to stop, and what it waited for."""
    check = evidence.check
    if not isinstance(check, ShutdownCheck):
        return None
    is_late = check.actual_seconds > check.expected_seconds
    same = {round(s, 3): name for name, s in check.instead.items()}
    name = same.get(round(check.actual_seconds, 3), "").replace("_", " ")
    took = f"{check.actual}, {name}" if name else check.actual
    work = [s for s in evidence.spans if s.kind in JOBS and s.line and s.start <= check.end]
    then = [s for s in work if abs(s.end - check.end) < SAME and s.outcome != "running"]
    if not is_late:
        then = [s for s in then if s.outcome == "cancelled"]
        then = [s for s in work if s.outcome == "running"] or then
    last = next(iter(then), None)
    what = f" {last.label} (line {last.line}) {_did(last)} then." if last is not None else ""
    unset = next((s for s in slips_of(evidence, "idle") if s.code.endswith(".cancel")), None)
    if is_late and unset is not None:
        return Finding(
            "wrong-drain",
            f"The app stopped after {took}; {check.expected} would be right.{what} Line "
            f"{unset.line} only names `{unset.code}`: its brackets are missing, so it is not "
            "called.",
            "Put brackets behind it.",
            unset.line,
        )
    idle = slip_of(evidence, "not_awaited")
    if idle is not None and not is_late:
        return Finding(
            "forgotten-await",
            f"The app stopped after {took}; {check.expected} would be right.{what} Line "
            f"{idle.line}, {idle.code}, has no `await`: nothing waits there.",
            "Write `await` before it.",
            idle.line,
        )
    gather = rounds.gathered(evidence, last)
    if gather is not None and not is_late:
        return Finding(
            "wrong-drain",
            f"The app stopped after {took}; {check.expected} would be right.{what} When it is "
            f"cancelled, the gather of line {gather.line} ends with the first of its tasks that "
            "has ended, and leaves the others behind.",
            "Let all of them have ended: a TaskGroup waits for that.",
            gather.line,
        )
    return Finding(
        "wrong-drain",
        f"The app stopped after {took}; {check.expected} would be right.{what}",
        "Compare what the shutdown waits for with what it should, and for how long.",
        last.line if last is not None else None,
    )


def _did(span: Span) -> str:
    return {"running": "still ran", "cancelled": "was cancelled"}.get(span.outcome, "ended")


def _status_at(evidence: Evidence, end: float) -> int:
    """The status of the response that left at that moment; 0 for none."""
    left = (v for v in evidence.visits if v.end is not None and abs(v.end - end) < SAME)
    return max((visit.status for visit in left), default=0)
