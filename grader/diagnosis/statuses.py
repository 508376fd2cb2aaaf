"""Rules about the status of a response."""

from grader.diagnosis import given, places, rounds
from grader.diagnosis.cut_short import answered_so, refusal_of
from grader.diagnosis.finding import Finding, sentence, slip_of, slips_of
from grader.model.evidence import Evidence, StatusCheck
from grader.model.slips import SlipKind
from grader.wording import seconds

SLIPS: dict[SlipKind, tuple[str, str]] = {
    "idle": (
        "only names `{code}`: its brackets are missing, so it is not called.",
        "Put brackets behind it.",
    ),
    "not_raised": (
        "makes an exception, {code}, and does nothing with it.",
        "Write `raise` before it.",
    ),
    "returned": (
        "returns an exception: that is a value like any other.",
        "Write `raise` where you wrote `return`.",
    ),
    "swallows": (
        "catches a cancellation, a time limit's too, and does not raise it again: the work then "
        "looks done.",
        "End that block with `raise`.",
    ),
    "list_is_true": (
        "asks whether the list that gather gives is empty, and not what is in it.",
        "Take the results out of the list, and ask each of them: all(...) does.",
    ),
}
"""What slips mean when a status is wrong, behind `Line 32`; and what to do."""


def slipped(evidence: Evidence) -> Finding | None:
    """No error status, because a statement does not do what it is there for."""
    check = evidence.check
    if not isinstance(check, StatusCheck) or check.status >= 400:
        return None
    # A lifespan may well wait for what it has cancelled inside suppress(CancelledError).
    slips = (slip for slip in evidence.slips if "suppress(" not in slip.code)
    slip = next((slip for slip in slips if slip.kind in SLIPS), None)
    if slip is None:
        return None
    means, step = SLIPS[slip.kind]
    why = f"{_status_told(check)} Line {slip.line} {means.format(code=slip.code)}"
    return Finding("wrong-status", why, step, slip.line)


def _asked(evidence: Evidence, refused: int) -> str:
    """Which name of the module was asked, just above the line that `refused`, after a space."""
    kept = {slip.code for slip in slips_of(evidence, "module_state")}
    for slip in slips_of(evidence, "truth"):
        if 0 <= refused - slip.line <= given.JUST_ABOVE and slip.code.split()[-1] in kept:
            return f" At line {slip.line} `{slip.code}` was true."
    return ""


def _status_told(check: StatusCheck) -> str:
    return f"The response has {check.actual}; the task asks for {check.expected}."


def wrong(evidence: Evidence, check: StatusCheck) -> Finding:
    """Another status than the task asks for, and what it came from."""
    why = _status_told(check)
    refusal = refusal_of(evidence, check.status) if check.status >= 400 else None
    blocking = [s for s in evidence.spans if s.blocking]
    if refusal is not None and refusal.because.endswith("TimeoutError") and blocking:
        first = max(blocking, key=lambda span: span.each)
        return Finding(
            "blocked-loop",
            f"{why} {sentence(first.label)} at line {first.line} blocked the event loop for "
            f"{seconds(first.each)}: the limit behind line {refusal.line} was over meanwhile.",
            "Use a call that can be awaited, or hand the blocking one to a thread.",
            first.line,
        )
    visit = next((v for v in evidence.visits if v.number == evidence.about), None)
    if check.status == 500 and visit is not None and visit.cancelled:
        return Finding(
            "server-error",
            f"{why} The task that answered was cancelled, and so the server answered instead.",
            "Look for what cancels it: a time limit, a group in which another task failed, "
            "cancel().",
            visit.line,
        )
    lost = slip_of(evidence, "local_only")
    if lost is not None and check.status >= 400:
        return Finding(
            "wrong-status",
            f"{why} Line {lost.line} gives `{lost.code}` a value in its own function only; the "
            "name at the top of the file stays as it was.",
            f"Say `global {lost.code}` at the top of that function.",
            lost.line,
        )
    no_value, line = given.told(evidence, refusal.line) if refusal is not None else ("", None)
    if refusal is not None and no_value:
        why = f"{why} {answered_so(refusal)}{no_value}"
        return Finding("wrong-status", why, given.STEP, line or refusal.line)
    asked = _asked(evidence, refusal.line) if refusal is not None else ""
    if asked and evidence.background and evidence.tidied:
        return rounds.tidied(f"{why}{asked}", evidence.tidied[0])
    not_begun, line = rounds.not_begun(evidence) if asked else ("", None)
    if refusal is not None and not_begun:
        return Finding(
            "wrong-status",
            f"{why} {answered_so(refusal)}{asked}{not_begun}",
            "Ask what has to come first, the work or the sleep.",
            line,
        )
    state = given.kept(evidence, refusal.names if refusal is not None else ())
    if asked and (evidence.background or state is None or state.code not in asked):
        state = None
    if refusal is not None and not refusal.because and state is not None:
        return Finding(
            "wrong-status",
            f"{why} {answered_so(refusal)}{given.shares(state)}{given.OUTLIVES}",
            "Ask whether what an earlier request has left may decide this one.",
            state.line,
        )
    if refusal is not None:
        return Finding(
            "wrong-status",
            f"{why} {answered_so(refusal)}{asked}{'' if refusal.because else given.last(evidence)}",
            "Look at which case this test is about, and whether it belongs to that line.",
            refusal.line,
        )
    place = places.kept(evidence, check)
    if place is not None:
        return place
    said = next((s for s in evidence.slips if s.kind == "decorated_status"), None)
    wants_good = check.expected.startswith(("status 2", "status 3"))
    if said is not None and wants_good and str(check.status) in said.code:
        return Finding(
            "wrong-status",
            f"{why} The decorator at line {said.line} says so: status_code={said.code}.",
            "Compare it with the status that the task names.",
            said.line,
        )
    if wants_good and check.status == 200 and check.expected.startswith("status 2"):
        return Finding(
            "wrong-status",
            f"{why} That is what FastAPI answers with where nobody names a status.",
            "Name it in the decorator: status_code=" + check.expected.removeprefix("status ") + ".",
            evidence.answered.get(check.status),
        )
    return Finding(
        "wrong-status",
        why + given.last(evidence),
        "Look at which case this test is about, and what your code does in it.",
        evidence.answered.get(check.status),
    )
