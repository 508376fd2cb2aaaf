"""Rules about calls: too many of them, too few, and with other arguments."""

import re
from itertools import pairwise

from grader.diagnosis import given, rounds
from grader.diagnosis.cut_short import answered_so, refusal_of
from grader.diagnosis.finding import (
    Finding,
    died,
    done_at_once,
    forgotten_work,
    line_of,
    named,
    running,
    sentence,
    slip_of,
    slips_of,
)
from grader.model.evidence import (
    SAME_CALL,
    ArgumentsCheck,
    CallsCheck,
    Evidence,
    Leftover,
)
from grader.wording import seconds, times


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
            late = slip_of(evidence, "changed_late")
            why = f"{name} ran {times(ran)}; {wanted} would be right. They all began before the "
            why += "first had ended."
            if late is not None:
                why += f" Line {late.line} changes `{late.code}` only behind an `await`: meanwhile "
                why += "the others had read what was there before."
            return Finding(
                "called-too-often",
                why,
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
    if check.kept:
        return _kept(evidence, name, line)
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
    cut = _cut_off(evidence, name) if not ran else None
    if cut is not None:
        return cut
    added = next((left for left in evidence.unsent if left.what == name), None)
    added = added or next(iter(evidence.unsent), None)
    if added is not None and not ran:
        own = slip_of(evidence, "own_background")
        if own is not None:
            return Finding(
                "not-called",
                f"{name} never ran: the response at line {own.line} has a `background=` of its "
                f"own, and FastAPI drops the BackgroundTasks to which line {added.line} gave "
                f"{_it(added.what, name)}.",
                "Put all of it into one: hand the response the `tasks` that FastAPI gave you.",
                own.line,
            )
        return Finding(
            "not-called",
            f"{name} never ran: line {added.line} gave {_it(added.what, name)} to a "
            "BackgroundTasks that no response takes along.",
            "FastAPI looks only at the one that it gave you: ask for it with a parameter, as in "
            "`tasks: BackgroundTasks`, or hand your own to the response.",
            added.line,
        )
    if evidence.cancelled and not ran:
        its_own = (task for task in evidence.cancelled if task.what.endswith(name))
        task = next(its_own, evidence.cancelled[0])
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
    why += rounds.sleeps(evidence) if name in evidence.background else ""
    dead = next((p for p in evidence.dead if p.line), None)
    if dead is not None and name in evidence.background:
        return Finding(
            "lost-exception",
            f"{why} {died(dead)}: what it was still to do, nobody does.",
            "Let a failure end its own piece of work only: catch it inside the loop.",
            dead.line,
        )
    failed = [s for s in evidence.spans if s.outcome == "failed" and s.kind == "call" and s.line]
    if not ran and name in evidence.background and len(failed) == 1:
        return Finding(
            "not-called",
            f"{why} {named(failed[0])} had failed before, and nothing that comes behind it "
            "was done.",
            "Is a failure of the one a reason not to do the other? If not, catch it there.",
            failed[0].line,
        )
    last = next((v for v in reversed(evidence.visits) if v.status >= 400), None)
    refusal = refusal_of(evidence, last.status) if last is not None else None
    if refusal is not None and not refusal.because:
        why += f" {answered_so(refusal)}"
        line = refusal.line
    state = given.kept(evidence)
    if state is not None:
        return Finding(
            "not-called",
            f"{why}{given.shares(state)}: what it holds now is not what it held the first time.",
            given.MAKE_ANEW,
            state.line,
        )
    step = f"Call {name} where the task says so."
    if refusal is not None and not refusal.because:
        step = "Look at the case in which your code raises that, and whether this test is one."
    return Finding("not-called", why, step, line)


def _kept(evidence: Evidence, name: str, line: int | None) -> Finding:
    """What an earlier call had raised was handed out again, in place of a new call."""
    failed = next((s for s in evidence.spans if s.name == name and s.outcome == "failed"), None)
    state = slip_of(evidence, "module_state")
    place = f" (line {failed.line})" if failed is not None and failed.line else ""
    where = f" in `{state.code}` (line {state.line})" if state is not None else ""
    return Finding(
        "not-called",
        f"{name} was not called again: an earlier call{place} had failed, and your code has kept "
        f"its exception{where}, and handed it out once more.",
        "Keep results only: whoever asks after a failure asks anew.",
        state.line if state is not None else line,
    )


def _cut_off(evidence: Evidence, name: str) -> Finding | None:
    """Work for the background that was cancelled before it came so far."""
    own = (s for s in evidence.spans if s.kind == "coroutine" and s.outcome == "cancelled")
    work = next((span for span in own if span.line), None)
    if work is None or name not in evidence.background:
        return None
    return Finding(
        "not-called",
        f"{name} never ran: {named(work)} was cancelled at {seconds(work.end)}, before it came to "
        "that.",
        "Look for what cancels it: cancel(), a time limit, a group in which a task failed.",
        work.line,
    )


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
    calls = [span for span in evidence.spans if span.name == name]
    asked = sorted((v.start, v.end) for v in evidence.visits if v.end is not None)
    each = [sum(call.times for call in calls if a <= call.start < b) for a, b in asked]
    side_by_side = any(b > after for (_, b), (after, _) in pairwise(asked))
    return ran == len(each) > 1 and (side_by_side or max(each) <= 1)


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
