"""Rules about what an answer did or gave back: calls, values, what it left open."""

from grader.diagnosis.cut_short import SAME, WORK, answered_so, refusal_of
from grader.diagnosis.finding import (
    LEFT,
    Finding,
    forgotten_work,
    line_of,
    running,
    sentence,
    slip_of,
)
from grader.diagnosis.whose import of_call
from grader.model.checks import RateCheck
from grader.model.evidence import (
    ArgumentsCheck,
    CallsCheck,
    Evidence,
    LeftOpenCheck,
    Leftover,
    PeakCheck,
    SlipKind,
    StatusCheck,
    ValueCheck,
)
from grader.wording import seconds, times


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
            f"{check.most} ran at the same time; the task allows {check.allowed}.",
            "Let a fixed number in and make the others wait for a place.",
            line,
        )
    return Finding(
        "too-few-in-flight",
        f"At most {check.most} ran at the same time, where {check.allowed} can.",
        "Look for what lets only so many in: a lock, a semaphore, a wait between two starts.",
        line,
    )


def rate(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, RateCheck):
        return None
    line = f" (line {check.line})" if check.line else ""
    when = f"between {seconds(check.start)} and {seconds(check.end)}"
    step = "Count when calls begin, not how many run: one that has ended still counts for a while."
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


def calls(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if isinstance(check, ArgumentsCheck):
        return _wrong_argument(check)
    if not isinstance(check, CallsCheck):
        return None
    name, ran, right = check.name, check.ran, check.times
    line = line_of(evidence, check)
    wanted = times(right) if isinstance(right, int) else right
    if check.kind == "called_too_often":
        disposes = slip_of(evidence, "disposes") if "connection" in name else None
        if disposes is not None:
            return Finding(
                "called-too-often",
                f"{name} {_verb(name)} {times(ran)}; {wanted} would be right. Line "
                f"{disposes.line}, {disposes.code}(), throws away the pool that all share.",
                "Dispose of the engine when the app stops, in its lifespan; a request closes its "
                "session only.",
                disposes.line,
            )
        if right == 0:
            return Finding(
                "called-too-often",
                f"{name} ran {times(ran)}; in this case it should not run at all.",
                "Look for what calls it, and whether the case that this test is about gets there.",
                line,
            )
        if _all_at_once(evidence, name):
            return Finding(
                "called-too-often",
                f"{name} ran {times(ran)}; {wanted} would be right. They all began before the "
                "first had ended.",
                "Let who comes later find what is under way, and wait for that.",
                line,
            )
        return Finding(
            "called-too-often",
            f"{name} {_verb(name)} {times(ran)}; {wanted} would be right.",
            "Look for what calls it again: a second place, a loop, a retry."
            if _verb(name) == "ran"
            else "Look for what makes another one: a second place, each request.",
            line,
        )
    if evidence.tidied and name:
        return _tidied(evidence.tidied[0], check)
    unfinished = _unfinished(evidence, name) if not ran else None
    if unfinished is not None:
        return unfinished
    left = running(evidence) or _still_running(evidence, name)
    if left is not None:
        return forgotten_work(left)
    if check.others:
        why = f"{name} ran {times(check.others)}, but never with what this response needs: "
        why += f"{check.expected}."
        return Finding("not-called", why, "Follow where the arguments come from.", line)
    given = next((left for left in evidence.unsent if left.what == name), None)
    given = given or next(iter(evidence.unsent), None)
    if given is not None and not ran:
        return Finding(
            "not-called",
            f"{name} never ran: line {given.line} gave {_it(given.what, name)} to a "
            "BackgroundTasks that no response takes along.",
            "Ask which object FastAPI looks at after the response, and how you get hold of it.",
            given.line,
        )
    if evidence.cancelled and not ran:
        task = evidence.cancelled[0]
        return Finding(
            "not-called",
            f"{name} never ran: {task.what}, which line {task.line} made, was cancelled before it "
            "began.",
            "Look for what cancels it: cancel(), a time limit, a group that ends.",
            task.line,
        )
    why = f"{name} ran {times(ran)}; {wanted} would be right." if ran else f"{name} never ran."
    return Finding("not-called", why, f"Call {name} where the task says so.", line)


def _all_at_once(evidence: Evidence, name: str) -> bool:
    """Whether callers that the suite runs itself have each called it while the first call ran."""
    calls = [span for span in evidence.spans if span.name == name]
    first_end = min((span.start + span.each for span in calls), default=0.0)
    alike = all(span.repeat == 1 and span.start < first_end for span in calls)
    return alike and bool(calls) and not evidence.visits


def _unfinished(evidence: Evidence, name: str) -> Finding | None:
    """A call that began, and that had not ended when the test looked."""
    calls = (s for s in evidence.spans if s.name == name and s.outcome in ("running", "cancelled"))
    call = next(calls, None)
    if call is None:
        return None
    ran = [s for s in evidence.spans if s.lane == "thread" and s.kind == "coroutine"]
    if call.outcome == "running" and any(s.outcome == "running" for s in ran):
        return Finding(
            "thread-pool-queue",
            f"{call.label} still waits in a thread, with an event loop of its own: what would wake "
            "it belongs to the app's event loop, and each such wait holds one of 40 threads.",
            "Await it on the app's event loop; an `async def` needs no thread.",
            call.line,
        )
    blocking = [s for s in evidence.spans if s.blocking and s.end > call.start]
    if blocking:
        first = max(blocking, key=lambda span: span.each)
        line = f" at line {first.line}" if first.line else ""
        return Finding(
            "blocked-loop",
            f"{sentence(first.label)}{line} blocked the event loop for {seconds(first.each)}, so "
            f"that {call.label} had not ended when the test looked.",
            "Use a call that can be awaited, or hand the blocking one to a thread.",
            first.line,
        )
    if call.outcome == "cancelled":
        return Finding(
            "not-called",
            f"{call.label} was cancelled after {seconds(call.each)}, before it had ended.",
            "Look for what cancels it: cancel(), a time limit, a group in which a task failed.",
            call.line,
        )
    if name not in evidence.background:
        return None
    return Finding(
        "not-called",
        f"{call.label} began at {seconds(call.start)}, and had not ended when the test looked, at "
        f"{seconds(call.end)}.",
        "Look for what it waits for, or what came before it.",
        call.line,
    )


def _it(what: str, name: str) -> str:
    return "it" if what == name else what


def _tidied(task: Leftover, check: CallsCheck) -> Finding:
    made = f", which line {task.line} made," if task.line else ""
    return Finding(
        "lost-task",
        f"{sentence(task.what)}{made} was gone before it had ended, and {check.name} with it: the "
        "event loop holds its tasks weakly, and Python tidies away what nothing else holds.",
        "Keep each task until it is done, in a set of the module, or let BackgroundTasks do it.",
        task.line,
    )


def _verb(name: str) -> str:
    """A function runs, an `httpx.AsyncClient` is made."""
    return "was made" if name.rpartition(".")[2][:1].isupper() and " " not in name else "ran"


def _wrong_argument(check: ArgumentsCheck) -> Finding:
    if check.argument:
        why = f"{check.name} was called with {check.got} as its {check.argument}; "
        why += f"this request needs {check.wanted}."
    else:
        why = f"{check.name} was called with other arguments than the request asks for."
    step = "Pass on what came in with the request, as it is."
    return Finding("wrong-argument", why, step, check.line)


def _still_running(evidence: Evidence, name: str) -> Leftover | None:
    return next((left for left in evidence.left if left.what.partition("(")[0] == name), None)


def left_open(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, LeftOpenCheck):
        return None
    line = check.line
    unheard = next((dead for dead in evidence.dead if dead.type in LEFT and dead.line), None)
    if check.running and line is None and unheard is not None:
        return Finding(
            "still-running",
            f"{sentence(check.actual)} was left running. Line {unheard.line} heard that they had "
            f"left: its task ended with {unheard.type}, and what was left running waits for "
            "something else.",
            "Wait for whichever of the tasks ends first, this one included, and then end the rest.",
            unheard.line,
        )
    if check.running:
        return Finding(
            "still-running",
            f"{sentence(check.actual)} was left running"
            + (f"; line {line} started it." if line else "."),
            "Wait for the end of what you start, also when something fails; what no response "
            "needs is not started.",
            line,
        )
    return Finding(
        "still-running",
        f"{sentence(check.actual)} was left open" + (f"; line {line} made it." if line else "."),
        "Close what you open, also when something fails: a `with` block does both.",
        line,
    )


def value(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, ValueCheck | StatusCheck):
        return None
    left = running(evidence)
    if left is not None:
        return forgotten_work(left)
    if isinstance(check, StatusCheck):
        return _status(evidence, check)
    if evidence.whose is not None:
        truth, step = of_call(evidence.whose)
        return Finding("wrong-value", f"{_difference(check)} {truth}", step, evidence.whose.line)
    if check.path.startswith("header "):
        return Finding(
            "wrong-value",
            f"The {check.path} is {check.actual}; the task asks for {check.expected}.",
            "Look at what this response passes through on its way out, and who sets that header.",
        )
    alone = slip_of(evidence, "list_of_one")
    if alone is not None and check.how == "type" and "(list)" in check.actual:
        return Finding(
            "wrong-value",
            f"{_difference(check)} gather gives a list back, also for one call, as at "
            f"line {alone.line}.",
            "Await the one call itself.",
            alone.line,
        )
    return Finding(
        "wrong-value",
        _difference(check),
        "Find the line of yours that this value comes from."
        if check.how == "value"
        else "Compare with the shape that the task shows, types included.",
    )


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
    slip = next((slip for slip in evidence.slips if slip.kind in SLIPS), None)
    if slip is None:
        return None
    means, step = SLIPS[slip.kind]
    why = f"{_status_told(check)} Line {slip.line} {means.format(code=slip.code)}"
    return Finding("wrong-status", why, step, slip.line)


def _status_told(check: StatusCheck) -> str:
    return f"The response has {check.actual}; the task asks for {check.expected}."


def _status(evidence: Evidence, check: StatusCheck) -> Finding:
    why = _status_told(check)
    refusal = refusal_of(evidence, check.status) if check.status >= 400 else None
    if refusal is not None:
        return Finding(
            "wrong-status",
            f"{why} {answered_so(refusal)}",
            "Look at which case this test is about, and whether it belongs to that line.",
            refusal.line,
        )
    if check.status == 503 and _is_idle(evidence):
        return Finding(
            "wrong-status",
            f"{why} Nothing was running then: if it means that there is no place, an earlier "
            "request has kept one.",
            "Look for a way out that keeps its place: an error, a cancellation, an early return.",
            evidence.answered.get(check.status),
        )
    return Finding(
        "wrong-status",
        why,
        "Look at which case this test is about, and what your code does in it.",
        evidence.answered.get(check.status),
    )


def _is_idle(evidence: Evidence) -> bool:
    """Whether nothing ran when the request in question came, though others had come before."""
    visit = next((v for v in evidence.visits if v.number == evidence.about), None)
    if visit is None or not any(v.start < visit.start for v in evidence.visits):
        return False
    return not any(
        span.kind in WORK and span.start < visit.start + SAME < span.end for span in evidence.spans
    )


def _difference(check: ValueCheck) -> str:
    path, how = check.path, check.how
    if how == "body":
        return f"The response has {check.actual}; the task asks for {check.expected}."
    if how == "missing":
        return f"The key `{path}` is missing; expected {check.expected} there."
    if how == "extra":
        return f"The key `{path}` is there, with {check.actual}; the task has no such key."
    if how == "length":
        where = f"`{path}`" if path else "The list"
        return f"{where} has {check.actual}; expected {check.expected}."
    if path:
        return f"`{path}` is {check.actual}; expected {check.expected}."
    return f"It is {check.actual}; the task asks for {check.expected}."
