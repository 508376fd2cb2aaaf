"""Rules about what an answer gave back, and what it left open."""

import re

from grader.diagnosis import given, statuses
from grader.diagnosis.cut_short import refusal_of
from grader.diagnosis.finding import (
    LEFT,
    Finding,
    cancelled,
    cut_at_once,
    died,
    forgotten_work,
    named,
    running,
    sentence,
    slip_of,
    slips_of,
)
from grader.diagnosis.whose import of_call
from grader.model.evidence import (
    Evidence,
    LeftOpenCheck,
    StatusCheck,
    ValueCheck,
)
from grader.model.slips import Slip
from grader.model.values import Whose
from grader.wording import seconds

KEPT_TASKS = "tasks that are done"
CALLS = ("call", "upstream", "query")
ENDS = (".cancel", ".set", ".stop", ".close", ".aclose", ".shutdown", ".dispose")
"""How calls end, by name, that end something."""


def left_open(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, LeftOpenCheck):
        return None
    line = check.line
    if KEPT_TASKS in check.actual:
        return Finding(
            "still-running",
            f"{sentence(check.actual)}" + (f": line {line} made them." if line else "."),
            "Take each out when it is done, as add_done_callback(tasks.discard) does.",
            line,
        )
    taken = slip_of(evidence, "anext")
    if taken is not None and not check.running:
        return Finding(
            "still-running",
            f"{sentence(check.actual)} was left open: line {taken.line}, {taken.code}, takes what "
            "the generator yields, and nobody goes on behind its `yield`, where it closes.",
            "Let FastAPI do both: name the generator function in Depends(...).",
            taken.line,
        )
    if (closed := _closed_too_soon(evidence, check)) is not None:
        return closed
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


def _closed_too_soon(evidence: Evidence, check: LeftOpenCheck) -> Finding | None:
    """A session that had ended with its function was used once more, while the response left."""
    ran = {s.label.partition("(")[0] for s in evidence.spans if s.kind == "coroutine"}
    taker = next((t for t in evidence.takers if t.is_short and t.user in ran), None)
    at, block = check.line, slip_of(evidence, "streamed_out_of")
    if block is not None and block.line == at:
        return Finding(
            "still-running",
            f"{sentence(check.actual)} was left open. The block of line {at} ends with the "
            "`return`, before the response is sent: whoever used its session after that opened a "
            "connection anew, which nobody closes.",
            "Let the block be where the reading is: in the generator, or in a dependency that "
            "ends with the response.",
            at,
        )
    if taker is None or at is None or not taker.first <= at <= taker.last:
        return None
    return Finding(
        "still-running",
        f"{sentence(check.actual)} was left open. What line {taker.line} asks for ends with its "
        f'function (scope="function"), before the response is sent: whoever used it after that '
        "opened a connection anew, which nobody closes.",
        "Look at what is still read while the response is being sent, and at the `scope` of what "
        "it reads with.",
        taker.line,
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
    if evidence.whose is not None and check.how == "missing" and not evidence.whose.path:
        return _unnamed(evidence, check, evidence.whose)
    if evidence.whose is not None:
        truth, step = of_call(evidence.whose)
        return Finding("wrong-value", f"{_difference(check)} {truth}", step, evidence.whose.line)
    if check.path.startswith("header "):
        sets = slip_of(evidence, "content_type") if check.path == "header content-type" else None
        where = f" Line {sets.line} says so: {sets.code}." if sets is not None else ""
        return Finding(
            "wrong-value",
            f"The {check.path} is {_or_missing(check.actual)}; the task asks for {check.expected}."
            f"{where}",
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
    if at_once := cut_at_once(evidence, is_explained=bool(check.cause)):
        task = cancelled(evidence)
        return Finding(
            "wrong-value",
            f"{_difference(check)}{at_once}",
            "Look for what cancels it: cancel(), a time limit, a group that ends.",
            task.line if task is not None else None,
        )
    state = slip_of(evidence, "module_state")
    asleep = next((s for s in slips_of(evidence, "dropped_task") if "sleep" in s.code), None)
    if asleep is not None:
        return Finding(
            "wrong-value",
            f"{_difference(check)}{_unheld(asleep)}",
            "Await it where it stands.",
            asleep.line,
        )
    if check.cause:
        step = check.step or "Find the line of yours that this value comes from."
        why = f"{_difference(check)} {check.cause}"
        if state is None or evidence.circumstance != "after_failures":
            return Finding("wrong-value", why, step, check.line)
        return Finding("wrong-value", f"{why}{given.shares(state)}.", step, state.line)
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
    line = check.line or _line_of_response(evidence, check)
    cut = slip_of(evidence, "response_model")
    if cut is not None and check.how == "missing":
        return Finding(
            "wrong-value",
            f"{_difference(check)} The decorator at line {cut.line} has response_model={cut.code}, "
            "which lets through the fields that it names, and no others.",
            "Compare that model's fields with the answer that the task shows.",
            cut.line,
        )
    query = next((s for s in evidence.spans if s.kind == "query" and s.line), None)
    if query is not None and not check.path and "row" in check.expected:
        return Finding(
            "wrong-value",
            _difference(check),
            "Ask the database for what this request needs, by its id, and for no more.",
            query.line,
        )
    if (brought_nothing := _cancelled(evidence, check)) is not None:
        return brought_nothing
    no_value, asks = given.told(evidence)
    found = evidence.falsy
    is_it = found is None or check.how in ("extra", "missing") or found.value in check.expected
    if no_value and is_it:
        return Finding("wrong-value", f"{_difference(check)}{no_value}", given.STEP, asks or line)
    is_of = state is not None and re.search(rf"\b{re.escape(state.code)}\b", evidence.returned)
    # A bare value is often no response's: of a count, or of what a connection got, it says nothing.
    is_bare = not check.path and check.how in ("value", "")
    # What an earlier request has left there is not what this one lacks.
    lacks = check.how == "length" and not check.surplus and not evidence.circumstance
    if state is not None and not is_bare and not lacks and (is_of or given.kept(evidence)):
        return Finding(
            "wrong-value",
            f"{_difference(check)}{given.shares(state)}"
            + (given.STAYS if evidence.background else given.OUTLIVES),
            given.REPLACE if evidence.background else given.MAKE_ANEW,
            state.line,
        )
    why, loose = _difference(check), slip_of(evidence, "dropped_task")
    if line is None and loose is not None and not evidence.background:
        line = loose.line
        why += _unheld(loose)
        return Finding("wrong-value", why, "Await it where it stands.", line)
    if line is None and evidence.answered_at is not None:
        line = evidence.answered_at
        why += f" Line {line} gives this response."
    failed = [s for s in evidence.spans if s.outcome == "failed" and s.kind in CALLS and s.line]
    if len(failed) == 1 == len(evidence.visits) and evidence.answered_at is not None:
        why += f" In this request {named(failed[0])} had failed."
    return Finding("wrong-value", why, check.step or steps.get(check.how, shape), line)


def _unnamed(evidence: Evidence, check: ValueCheck, found: Whose) -> Finding:
    """A result stands where a key with that result should: alone, or with others laid under it."""
    place = f" (line {found.line})" if found.line else ""
    return Finding(
        "wrong-value",
        f"{_difference(check)} All that the response holds is what {found.call}{place} returned.",
        "Give each result a key of its own, as the task shows.",
        _line_of_response(evidence, check) or found.line,
    )


def _cancelled(evidence: Evidence, check: ValueCheck) -> Finding | None:
    """A null stands where a task would have brought a value that was cancelled, or failed."""
    task = cancelled(evidence)
    if not check.actual.startswith("null"):
        return None
    dead = next((p for p in evidence.dead if p.line), None)
    if task is None and dead is not None:
        return Finding(
            "wrong-value",
            f"{_difference(check)} {died(dead)}, and brought nothing of what it was still to do.",
            "Let a failure end its own piece of work only: catch it inside the loop.",
            dead.line,
        )
    if task is None:
        return None
    cancels, line, by = slips_of(evidence, "cancels"), task.line, ""
    if len(cancels) == 1:
        line = cancels[0].line
        by = f" Line {line}, {cancels[0].code}, cancels such a task."
    if (loose := slip_of(evidence, "dropped_task")) is not None:
        line = loose.line
        by += _unheld(loose)
    return Finding(
        "wrong-value",
        f"{_difference(check)} The task {task.what}, which line {task.line} made, was cancelled at "
        f"{seconds(task.at)}, and brought nothing.{by}",
        "Look for what cancels it: cancel(), a time limit, a group that ends.",
        line,
    )


def _unheld(slip: Slip) -> str:
    return f" Line {slip.line} starts {slip.code} in a task, and nobody waits for it."


def _or_missing(value: str) -> str:
    return "missing" if value.startswith("no ") else value


def _line_of_response(evidence: Evidence, check: ValueCheck) -> int | None:
    """The line of the endpoint that gave the response in which that value stands."""
    good = [line for status, line in evidence.answered.items() if status < 400]
    key = check.path.partition(".")[0].partition("[")[0].lower()
    is_in_it = bool(key) and key in evidence.returned.lower()
    is_in_it = is_in_it or (check.how == "missing" and check.path == key)
    return good[0] if is_in_it and len(good) == 1 else None


def _difference(check: ValueCheck) -> str:
    path, how = check.path, check.how
    if how == "body":
        return f"The response has {check.actual}; the task asks for {check.expected}."
    if how == "missing":
        instead = f" Instead it has {check.surplus}." if check.surplus else ""
        return f"The key `{path}` is missing; expected {check.expected} there.{instead}"
    if how == "extra":
        return f"The key `{path}` is there, with {check.actual}; the task has no such key."
    if how == "length":
        where = f"The list at `{path}`" if path else "The list"
        odd = f" {check.missing} is missing." if check.missing else ""
        if check.surplus:
            odd += f" {check.surplus} should not be there, or not so often."
        return f"{where} has {check.actual}; expected {check.expected}.{odd}"
    if path:
        return f"`{path}` is {check.actual}; expected {check.expected}."
    return f"The test found {check.actual}; the task asks for {check.expected}."
