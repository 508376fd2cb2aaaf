"""Rules about what an answer did or gave back: calls, values, what it left open."""

import re

from grader.diagnosis import falsy, statuses
from grader.diagnosis.cut_short import refusal_of
from grader.diagnosis.finding import (
    LEFT,
    Finding,
    done_at_once,
    forgotten_work,
    line_of,
    running,
    sentence,
    slip_of,
    slips_of,
)
from grader.diagnosis.whose import of_call
from grader.model.evidence import (
    SAME_CALL,
    ArgumentsCheck,
    CallsCheck,
    Evidence,
    LeftOpenCheck,
    Leftover,
    StatusCheck,
    ValueCheck,
)
from grader.wording import seconds, times

LATER = ("again", "after_failures", "every_call_fails", "started_again")
"""Circumstances in which the app has answered before."""
ENDS = (".cancel", ".set", ".stop", ".close", ".aclose", ".shutdown", ".dispose")
"""How calls end, by name, that end something."""


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
        if check.actual == SAME_CALL:
            return Finding(
                "called-too-often",
                f"{name} failed, and was called again in the same request"
                + (f" (line {line})." if line else "."),
                "Where the task asks for no second try, let a failed call fail; look for a loop "
                "round it, or a second place that calls it.",
                line,
            )
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
        refused = next((v for v in evidence.visits if v.status >= 400), None)
        if refused is not None and _once_in_each(evidence, name, ran):
            return Finding(
                "called-too-often",
                f"{name} ran once in each of {ran} requests; {wanted} would be right. One of them, "
                f"{refused.label}, was answered with {refused.status}.",
                "Ask whether a request that ends so may get as far as this call.",
                line,
            )
        return Finding(
            "called-too-often",
            f"{name} {_verb(name)} {times(ran)}; {wanted} would be right.",
            "Look for what calls it again: a second place, a loop, a retry, another request."
            if _verb(name) != "was made"
            else "Look for what makes another one: a second place, each request.",
            line,
        )
    if evidence.tidied and name:
        return _tidied(evidence, check)
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
            "FastAPI looks only at the one that it gave you: ask for it with a parameter, as in "
            "`tasks: BackgroundTasks`, or hand your own to the response.",
            given.line,
        )
    if evidence.cancelled and not ran:
        own = (task for task in evidence.cancelled if task.what.endswith(name))
        task = next(own, evidence.cancelled[0])
        why = f"{name} never ran: {task.what}, which line {task.line} made, was cancelled before "
        why += "it began"
        cancels = slips_of(evidence, "cancels")
        if len(cancels) == 1:
            why += f"; line {cancels[0].line}, {cancels[0].code}, cancels such a task"
        return Finding(
            "not-called",
            f"{why}.",
            "Look for what cancels it: cancel(), a time limit, a group that ends.",
            cancels[0].line if len(cancels) == 1 else task.line,
        )
    on_its_way = None if ran else _on_its_way(evidence, name)
    if on_its_way is not None:
        return on_its_way
    why = f"{name} ran {times(ran)}; {wanted} would be right." if ran else f"{name} never ran."
    state = slip_of(evidence, "module_state")
    if state is not None and evidence.circumstance in LATER:
        return Finding(
            "not-called",
            f"{why} Line {state.line} changes `{state.code}`, which the whole app shares: what it "
            "holds now is not what it held the first time.",
            "Make anew for each request what belongs to one request.",
            state.line,
        )
    return Finding("not-called", why, f"Call {name} where the task says so.", line)


def _on_its_way(evidence: Evidence, name: str) -> Finding | None:
    """Work for the background that was to call it, and had not come so far."""
    begun = (
        s for s in evidence.spans if s.kind == "coroutine" and s.outcome == "running" and s.line
    )
    work = next(begun, None)
    if work is None or name not in evidence.background:
        return None
    line = f" (line {work.line})"
    return Finding(
        "too-few-in-flight" if evidence.circumstance == "in_a_crowd" else "not-called",
        f"{name} had not begun: {work.label}{line}, which was to call it, began at "
        f"{seconds(work.start)}, and at {seconds(work.end)} it still waited.",
        "Look for what it waits for: a lock, a semaphore, a queue behind others.",
        work.line,
    )


def _once_in_each(evidence: Evidence, name: str, ran: int) -> bool:
    """Whether each of several requests has called it, and none of them twice."""
    calls = [span for span in evidence.spans if span.name == name and span.times == 1]
    stretches = [(v.start, v.end) for v in evidence.visits if v.end is not None]
    each = [sum(a <= call.start < b for call in calls) for a, b in stretches]
    return ran == len(each) > 1 and set(each) == {1}


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


def _tidied(evidence: Evidence, check: CallsCheck) -> Finding:
    task = evidence.tidied[0]
    if (handed := done_at_once(evidence)) is not None:
        return Finding(
            "lost-task",
            f"{sentence(task.what)} was gone before it had ended, and {check.name} with it: "
            f"{handed}",
            "Hand on the function itself, as in add_done_callback(tasks.discard).",
            task.line,
            (check.expected, "a call whose task was gone"),
        )
    made = f", which line {task.line} made," if task.line else ""
    return Finding(
        "lost-task",
        f"{sentence(task.what)}{made} was gone before it had ended, and {check.name} with it: the "
        "event loop holds its tasks weakly, and Python tidies away what nothing else holds.",
        "Keep each task until it is done, in a set of the module, or let BackgroundTasks do it.",
        task.line,
        (check.expected, "a call whose task was gone"),
    )


def _verb(name: str) -> str:
    """A function runs, an `httpx.AsyncClient` is made, `GET api.example.com/` is sent."""
    if " " in name and name.partition(" ")[0].isupper():
        return "was sent"
    return "was made" if name.rpartition(".")[2][:1].isupper() and " " not in name else "ran"


def _wrong_argument(check: ArgumentsCheck) -> Finding:
    if check.argument:
        why = f"{check.name} was called with {check.got} as its {check.argument}; "
        why += f"in this request it should be {check.wanted}."
    else:
        why = f"{check.name} was called with other arguments than the request asks for."
    step = "Follow that argument from the request, or from the call whose result it is, to here."
    held = re.search(rf"(\w+)={re.escape(check.wanted)}[,)]", check.got) if check.wanted else None
    if held is not None:
        step = f"Pass on its `{held[1]}`, and not the whole."
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
    idle = next((s for s in slips_of(evidence, "idle") if s.code.endswith(ENDS)), None)
    if idle is not None:
        state = "running" if check.running else "open"
        return Finding(
            "still-running",
            f"{sentence(check.actual)} was left {state}. Line {idle.line} only names "
            f"`{idle.code}`: its brackets are missing, so it is not called.",
            "Put brackets behind it.",
            idle.line,
        )
    if check.running:
        return Finding(
            "still-running",
            f"{sentence(check.actual)} was left running"
            + (f"; line {line} started it." if line else "."),
            "Wait for the end of what you start, also when something fails; do not start what no "
            "response needs.",
            line,
        )
    return Finding(
        "still-running",
        f"{sentence(check.actual)} was left open" + (f"; line {line} made it." if line else "."),
        "Close what you open, also when something fails: an `async with` block does both.",
        line,
    )


def value(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, ValueCheck | StatusCheck):
        return None
    left = running(evidence)
    if isinstance(check, StatusCheck):
        # What a refusal has cut off runs on as its consequence.
        is_refused = check.status >= 400 and refusal_of(evidence, check.status) is not None
        if left is not None and not is_refused:
            return forgotten_work(left)
        return statuses.wrong(evidence, check)
    if left is not None:
        return forgotten_work(left)
    if evidence.whose is not None:
        truth, step = of_call(evidence.whose)
        return Finding("wrong-value", f"{_difference(check)} {truth}", step, evidence.whose.line)
    if check.path.startswith("header "):
        sets = slip_of(evidence, "content_type") if check.path == "header content-type" else None
        where = f" Line {sets.line} says so: {sets.code}." if sets is not None else ""
        return Finding(
            "wrong-value",
            f"The {check.path} is {check.actual}; the task asks for {check.expected}.{where}",
            "Return the value itself, and FastAPI says that it is JSON."
            if sets is not None
            else "Look at what this response passes through on its way out, and who sets that "
            "header.",
            sets.line if sets is not None else None,
        )
    kept = slip_of(evidence, "no_commit")
    if kept is not None and not check.path:
        return Finding(
            "wrong-value",
            f"{_difference(check)} Line {kept.line} writes ({kept.code}), and nothing in its "
            "function commits: when the connection closes, what it wrote is gone.",
            "Commit, when all that belongs together has been written.",
            kept.line,
        )
    state = slip_of(evidence, "module_state")
    if check.cause:
        step = check.step or "Find the line of yours that this value comes from."
        why = f"{_difference(check)} {check.cause}"
        if state is None or evidence.circumstance != "after_failures":
            return Finding("wrong-value", why, step)
        why += f" Line {state.line} changes `{state.code}`, which all requests share."
        return Finding("wrong-value", why, step, state.line)
    alone = slip_of(evidence, "list_of_one")
    if alone is not None and check.how == "type" and "(list)" in check.actual:
        return Finding(
            "wrong-value",
            f"{_difference(check)} gather gives a list back, also for one call, as at "
            f"line {alone.line}.",
            "Await the one call itself.",
            alone.line,
        )
    steps = {
        "value": "Find the line of yours that this value comes from.",
        "length": "Find out which are missing or too many, and what those have in common.",
    }
    shape = "Compare with the shape that the task shows, types included."
    line = _line_of_response(evidence, check)
    cut = slip_of(evidence, "response_model")
    if cut is not None and check.how == "missing":
        return Finding(
            "wrong-value",
            f"{_difference(check)} The decorator at line {cut.line} has response_model={cut.code}, "
            "which lets through the fields that it names, and no others.",
            "Compare that model's fields with the answer that the task shows.",
            cut.line,
        )
    no_value, asks = falsy.told(evidence)
    if no_value:
        return Finding("wrong-value", f"{_difference(check)}{no_value}", falsy.STEP, asks or line)
    if state is not None and _is_of(state.code, evidence, check):
        return Finding(
            "wrong-value",
            f"{_difference(check)} Line {state.line} changes `{state.code}`, which the whole app "
            "shares: what it holds outlives the request that put it there.",
            "Make anew for each request what belongs to one request.",
            state.line,
        )
    return Finding("wrong-value", _difference(check), steps.get(check.how, shape), line)


def _is_of(name: str, evidence: Evidence, check: ValueCheck) -> bool:
    """Whether the response is made of that name, or went wrong only when asked for once more."""
    held = re.search(rf"\b{re.escape(name)}\b", evidence.returned) is not None
    return held or evidence.circumstance in LATER


def _line_of_response(evidence: Evidence, check: ValueCheck) -> int | None:
    """The line of the endpoint that gave the response in which that value stands."""
    good = [line for status, line in evidence.answered.items() if status < 400]
    key = check.path.partition(".")[0].partition("[")[0].lower()
    is_in_it = bool(check.path) and key in evidence.returned.lower()
    return good[0] if is_in_it and len(good) == 1 else None


def _difference(check: ValueCheck) -> str:
    path, how = check.path, check.how
    if how == "body":
        return f"The response has {check.actual}; the task asks for {check.expected}."
    if how == "missing":
        return f"The key `{path}` is missing; expected {check.expected} there."
    if how == "extra":
        return f"The key `{path}` is there, with {check.actual}; the task has no such key."
    if how == "length":
        where = f"The list at `{path}`" if path else "The list"
        return f"{where} has {check.actual}; expected {check.expected}."
    if path:
        return f"`{path}` is {check.actual}; expected {check.expected}."
    return f"The test found {check.actual}; the task asks for {check.expected}."
