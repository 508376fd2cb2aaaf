"""Rules about a response that cannot be sent: the value at fault says more than the library."""

import re

from grader.diagnosis import misuse
from grader.diagnosis.finding import (
    Finding,
    brief,
    cancelled,
    dead_of,
    died,
    slip_of,
    slips_of,
    told,
)
from grader.model.evidence import Evidence, Problem, StatusCheck
from grader.model.spans import Span
from grader.wording import seconds

WORK = ("a task", "a future", "a gatheringfuture", "a coroutine")
"""How the evidence shows what was to be awaited."""

TOO_SOON = ("the app ended without a response", "'State' object has no attribute")
"""What comes of an app that nobody waits for, in a request and in a lifespan."""
APP = re.compile(r"\b(?:app|__call__)\(")


def query_without_await(evidence: Evidence, problem: Problem) -> Finding:
    """SQLAlchemy says it in words that only its authors can read."""
    where = f"Line {problem.line}" if problem.line else "The code"
    if problem.type == "ResponseValidationError" and problem.path:
        where = f"The response model, which reads `{problem.path}` of what you return,"
    return told(
        evidence,
        problem,
        "server-error",
        f"{where} read something that was not loaded: SQLAlchemy would have had to send a query "
        "there, where nothing awaits it (MissingGreenlet).",
        "Find out which attribute that is, and have it loaded before that line."
        if problem.line
        else "Have the query load it, or return plain data.",
        what="read what was not loaded (MissingGreenlet)",
    )


def unfit(evidence: Evidence, problem: Problem) -> Finding:
    """FastAPI's message is a list of dictionaries: what counts is the value, and the sentence."""
    said = re.search(r"'msg': (?:'([^']*)'|\"([^\"]*)\")", problem.message)
    got, whole = problem.got, not problem.path
    what = (
        "The endpoint returned" if whole else f"In what the endpoint returned, `{problem.path}` is"
    )
    id, pair = "server-error", slip_of(evidence, "pair")
    returned = slip_of(evidence, "returned")
    if whole and got == "None":
        why = "The endpoint returned None: on the way that this request took there is no `return`."
        step = "Return the answer at the end of the function."
    elif whole and returned is not None and ("Exception" in got or "Error" in got):
        why = f"Line {returned.line} returns an exception: that is a value like any other."
        step = "Write `raise` where you wrote `return`."
        problem = problem.model_copy(update={"line": returned.line})
    elif whole and got.startswith("("):
        place = f"Line {pair.line} returned" if pair else "The endpoint returned"
        why = f"{place} a pair, of a body and a status: FastAPI takes no status from it."
        step = "Return the first value alone; for an error's status raise HTTPException, for any "
        step += "other return JSONResponse(..., status_code=...)."
        if pair is not None:
            problem = problem.model_copy(update={"line": pair.line})
    elif "bound method" in got or got.startswith("<function"):
        why = f"{what} a function, {got}: its brackets are missing."
        step = "Call it: put brackets behind its name."
    elif got.startswith(("<Response", "<httpx")):
        why = f"{what} httpx's response itself, {got}, and not what it holds."
        step = "Return its data: response.json()."
    elif got.startswith(WORK):
        id = "forgotten-await"
        why = f"{what} {got.replace('gatheringfuture', 'promise of results, from gather')}, and "
        why += "not its result."
        step = "Await it before you return."
    else:
        sentence = (said[1] or said[2]) if said else ""
        why = f"{what} {got}" if got else "What the endpoint gave back"
        why += ", which does not fit the return type that it declares"
        why = why if got else why.replace(", which does", " does")
        why += f": {sentence}." if sentence else "."
        step = "Compare what you return, in this test's case, with that type: it stands behind the "
        step += "arrow, or in the decorator as `response_model`."
    fact = f"returned {got}" if whole and got else "returned what cannot be sent"
    return told(evidence, problem, id, why, step, what=fact)


def holds_work(evidence: Evidence, problem: Problem) -> Finding:
    """A value in the response is a task, a future or a coroutine."""
    place = f"`{problem.path}` in the response" if problem.path else "The response"
    what = problem.got.replace("gatheringfuture", "promise of results, from gather")
    ran = _made_in_a_thread(evidence) if "coroutine" in what else None
    if ran is not None:
        return told(
            evidence,
            problem.model_copy(update={"line": ran.line}),
            "forgotten-await",
            f"{place} is {what}. Line {ran.line} ran {ran.label}, an `async def`, in a thread: "
            "there the call only makes a coroutine, and nobody awaits it.",
            "Await the `async def` itself; a thread is for a function that blocks.",
            what=f"returned {what}",
        )
    if "coroutine" in what and (run := misuse.coroutine_in_thread(evidence)) is not None:
        return run
    made = next((left for left in evidence.unawaited if left.line), None)
    if "coroutine" in what and made is not None:
        return told(
            evidence,
            problem.model_copy(update={"line": made.line}),
            "forgotten-await",
            f"{place} is {what}: `{made.what}(...)` was called but never awaited (line "
            f"{made.line}).",
            "Await the call where you need its result.",
            what=f"returned {what}",
        )
    return told(
        evidence,
        problem.model_copy(update={"line": problem.line or evidence.answered.get(500)}),
        "forgotten-await",
        f"{place} is {what}, and not its result.",
        "Await it before you return.",
        what=f"returned {what}",
    )


def nobody_waits(evidence: Evidence) -> Finding | None:
    """What stands between server and app calls the app, and does not wait for its end."""
    problems = [p for p in (evidence.error, *evidence.server_errors) if p is not None]
    problem = next((p for p in problems if any(text in p.message for text in TOO_SOON)), None)
    slips = [*slips_of(evidence, "dropped_task"), *slips_of(evidence, "not_awaited")]
    slip = next((slip for slip in slips if APP.search(slip.code)), None)
    if problem is not None and slip is None and not evidence.unawaited:
        return _ended_early(evidence, problem)
    if slip is None:
        return None
    is_task = slip.kind == "dropped_task"
    id = "fire-and-forget" if is_task else "forgotten-await"
    how = f"starts {slip.code} in a task" if is_task else f"calls {slip.code} without `await`"
    why = f"Line {slip.line} {how}, and nobody waits for it: for the server it was over before the "
    why, step = f"{why}app had answered.", "Await it where it stands."
    if problem is not None:
        at = problem.model_copy(update={"line": slip.line})
        return told(evidence, at, id, why, step)
    is_empty = isinstance(evidence.check, StatusCheck) and evidence.check.status >= 500
    return Finding(id, why, step, slip.line) if is_empty and not evidence.server_errors else None


def _ended_early(evidence: Evidence, problem: Problem) -> Finding | None:
    """The app had not answered, because a task of it failed or was cancelled."""
    dead, cut = dead_of(evidence), cancelled(evidence)
    said = f"{problem.type}: {brief(problem.message)}."
    if dead is not None:
        return told(
            evidence,
            problem.model_copy(update={"line": dead.line}),
            "server-error",
            f"{said} {died(dead)}.",
            "Look at what it raises, and at who waits for that task.",
        )
    if cut is None:
        return None
    return told(
        evidence,
        problem.model_copy(update={"line": cut.line}),
        "server-error",
        f"{said} The task {cut.what}, which line {cut.line} made, was cancelled at "
        f"{seconds(cut.at)}.",
        "Look for what cancels it: cancel(), a time limit, a group that ends.",
    )


def no_json(evidence: Evidence, problem: Problem) -> Finding:
    got, place = (
        problem.got,
        f"`{problem.path}` in the response" if problem.path else "The response",
    )
    why = f"The response cannot be written as JSON: {brief(problem.message)}."
    step = "Look at each value that you return: is it plain data?"
    if "method" in got or got.startswith("<function") or got.startswith("<built-in"):
        why, step = f"{place} is a function, {got}.", "Call it: put brackets behind its name."
    elif got.startswith("<class"):
        why = f"{place} is a class, {got}, and no value of it."
        step = "Follow that value to the line that should have turned it into plain data."
    elif got:
        why = f"{place} is {got}, which JSON has no form for."
        step = "Put plain data there: texts, numbers, lists, dictionaries."
    line = problem.line or evidence.answered.get(500) or evidence.answered.get(200)
    problem = problem.model_copy(update={"line": line})
    return told(evidence, problem, "server-error", why, step)


def _made_in_a_thread(evidence: Evidence) -> Span | None:
    """A job in a thread that took no time: an `async def` that was only called there."""
    ran = (s for s in evidence.spans if s.lane == "thread" and s.kind == "coroutine" and s.line)
    return next((span for span in ran if span.end == span.start), None)
