"""Rules about exceptions: the headline is the exception, and its meaning follows.

An exception that a stand-in raises by the suite's order is never the learner's fault; it is
told only when it ended the very request that a check is about.
"""

import re

from grader.diagnosis import cut_short, given, misuse, responses, whose
from grader.diagnosis.explained import explain
from grader.diagnosis.finding import (
    NO_GENERATOR,
    Finding,
    brief,
    cancelled,
    is_coroutine_used,
    slip_of,
    told,
)
from grader.model.evidence import (
    CallsCheck,
    Evidence,
    HiddenCheck,
    LeftOpenCheck,
    Leftover,
    PeakCheck,
    Problem,
    TimeCheck,
    ValueCheck,
)
from grader.model.spans import Span
from grader.wording import seconds

LOCKED = "database is locked"
"""What SQLite says when it has waited for a lock in vain."""
ONE_AT_A_TIME = re.compile("is already in progress|concurrent operations are not permitted")
"""What SQLAlchemy says of a session that two tasks use at once."""
MISSING = ("IndexError", "KeyError", "UnboundLocalError")
"""What is raised where something was to be put before."""
GROUPED = (
    " It came out of a task group, which wraps what its tasks raise into an {group}: FastAPI "
    "sees no HTTPException in that, and answers with status 500."
)


def relevant(evidence: Evidence) -> list[Problem]:
    """The exceptions that may be why the check failed, the likeliest first."""
    problems, check, about = evidence.server_errors, evidence.check, evidence.about
    if isinstance(check, PeakCheck | LeftOpenCheck | HiddenCheck):
        return []
    own = [p for p in problems if not p.planted]
    planted = [p for p in problems if p.planted]
    if about is not None:
        mine = [p for p in problems if about in p.visits]
        return [*mine, *(p for p in own if about not in p.visits)]
    if isinstance(check, CallsCheck) and check.kind == "called_too_often":
        return own
    if isinstance(check, TimeCheck):
        last = {v.number for v in evidence.visits if v.end is not None and v.end == check.end}
        planted = [p for p in planted if last & set(p.visits)]
    elif len(evidence.visits) > 1 and not isinstance(check, ValueCheck):
        planted = []
    return [*own, *planted]


def raised(evidence: Evidence, problem: Problem) -> Finding:
    """An exception of the learner's own, explained."""
    message = brief(problem.message)
    if problem.type == "HTTPException" and (found := cut_short.refused_caller(evidence)):
        return found
    if problem.type == "MemoryError":
        where = f"Line {problem.line}" if problem.line else "Your code"
        return told(
            evidence,
            problem,
            "server-error",
            f"{where} asked for more memory than an answer may have, which is 3 GB (MemoryError).",
            "Keep less at once: a part at a time, or a generator instead of a list.",
        )
    if problem.type == "BreakpointReached":
        where = f"Line {problem.line}" if problem.line else "Your code"
        return told(
            evidence,
            problem,
            "server-error",
            f"{where} calls for the debugger, and nobody can answer it while the grader grades.",
            "Take the breakpoint out. To stop there, run "
            f"`pytest {problem.message} -s`: the clock waits meanwhile.",
        )
    what = f"{problem.type}: {message}" if message else problem.type
    what = what if what.endswith("...") else what.rstrip(".") + "."
    if problem.begun:
        return _too_late(evidence, problem, what)
    id, means, step = explain(problem)
    if problem.type in MISSING and (cut := cancelled(evidence)) is not None:
        means += f" The task {cut.what}, which line {cut.line} made, was cancelled at "
        means += f"{seconds(cut.at)}, and brought nothing."
    if problem.misplaced and problem.call:
        means = f" There {problem.misplaced}, and {problem.call}() asks for something else."
        step = "Look at the call: do its arguments come in the order of the function's `def` line?"
    if problem.group:
        means = GROUPED.format(group=problem.group) if problem.type == "HTTPException" else means
        step = (
            "Let the tasks return what they found, and raise HTTPException behind the group."
            if problem.type == "HTTPException"
            else step
        )
    if problem.line is not None:
        return told(evidence, problem, id, f"Line {problem.line} raised {what}{means}", step)
    if not means:
        step = "Ask what your code called, returned or left out just before."
        return told(evidence, problem, id, f"It arose outside your file: {what}", step)
    return told(evidence, problem, id, f"{what}{means}", step)


def no_yield(evidence: Evidence) -> Finding | None:
    """A function that must be a generator is none; what uses it says so in its own words."""
    problems = [p for p in (evidence.error, *evidence.server_errors) if p is not None]
    problem = next((p for p in problems if any(t in p.message for t in NO_GENERATOR)), None)
    if problem is None or "GeneratorContextManager" in problem.message:
        return None
    if "has been called" in problem.message or "object is not" not in problem.message:
        return None
    return told(
        evidence,
        problem,
        "server-error",
        f"A function that must `yield` has no `yield`: {problem.type}: {brief(problem.message)}.",
        "A lifespan, and each function made a context manager, yields exactly once: what comes "
        "before the `yield` begins, what comes after it ends.",
    )


def locked_database(evidence: Evidence) -> Finding | None:
    """SQLite waits in C, so that its wait is seen only when it gives up."""
    problems = [p for p in (evidence.error, *evidence.server_errors) if p is not None]
    problem = next((p for p in problems if LOCKED in p.message and p.on_loop and p.line), None)
    if problem is None:
        return None
    return Finding(
        "blocked-loop",
        f"Line {problem.line} met a database that another connection keeps locked. SQLite waited "
        "for it as long as its `timeout` says, and on the event loop nothing else could run "
        f"meanwhile; then it gave up: {problem.type}: {brief(problem.message)}.",
        "Let SQLite wait in a thread, and let nobody await in the midst of a transaction.",
        problem.line,
    )


def own_error(evidence: Evidence) -> Finding | None:
    """An exception that is not the suite's: it explains a coroutine that was left over, too."""
    own = [p for p in relevant(evidence) if not p.planted]
    if not own and evidence.error is not None and evidence.error.type in ("RuntimeError",):
        own = [evidence.error] if evidence.error.visits else []
    # Where a line is known, there is something to look at.
    problem = next((p for p in own if p.line), own[0] if own else None)
    if problem is None:
        return None
    if problem.line is None and evidence.unawaited:
        if not explain(problem)[1] and not problem.got:
            return None
        line = next((left.line for left in evidence.unawaited if left.line), None)
        problem = problem.model_copy(update={"line": line})
    if evidence.misfits and (
        problem.type == "PydanticSerializationError"
        or (problem.inside and problem.line == evidence.misfits[0].line)
    ):
        return whose.of_misfit(evidence.misfits[0])
    return _server_error(evidence, problem)


def _was_blocked(evidence: Evidence) -> bool:
    """Did what held the event loop take most of the time that is too much."""
    check = evidence.check
    if not isinstance(check, TimeCheck):
        return False
    excess = check.actual_seconds - check.expected_seconds
    return excess > 0 and evidence.blocked >= 0.5 * excess


def planted_error(evidence: Evidence) -> Finding | None:
    """What a stand-in raised came all the way out of the request that the check is about."""
    problem = next((p for p in relevant(evidence) if p.planted), None)
    if problem is None and evidence.error is not None and evidence.error.planted:
        problem = evidence.error
    if problem is None or _was_blocked(evidence):
        return None
    failed = next((s for s in evidence.spans if s.outcome == "failed" and s.line), None)
    what = f"{problem.type}: {brief(problem.message)}".rstrip(": ").rstrip(".")
    line = problem.line or (failed.line if failed is not None else None)
    if problem.begun:
        return _too_late(evidence, problem.model_copy(update={"line": line}), f"{what}.")
    here = failed if failed is not None and (failed.line == line or not problem.line) else None
    if here is not None:
        where = f"{here.label} (line {here.line}) failed"
    else:
        where = f"The call at line {line} failed" if line else "What your code called failed"
    if evidence.app_ended:
        return told(
            evidence,
            problem.model_copy(update={"line": line}),
            "server-error",
            f"{where}, as such a call may, and the app ended with it: {what} came out of the "
            "lifespan. What requests start there, as in a task group of the app's, ends together.",
            "Give each request a group of its own: its failure then ends its own work only.",
        )
    if problem.foreign and evidence.about in (None, *problem.foreign):
        state = slip_of(evidence, "module_state")
        kept = f"{given.shares(state)}." if state is not None else ""
        return told(
            evidence,
            problem.model_copy(update={"line": state.line if state is not None else line}),
            "server-error",
            f"This request ended with what a call of another request had raised ({what}): it "
            f"waited for that one's work.{kept}",
            "Keep what belongs to one request in that request, also when it fails.",
        )
    inside = f" It came in an {problem.group}: `except*` looks into one, `except` does not."
    inside = inside if problem.group else ""
    return told(
        evidence,
        problem.model_copy(update={"line": line}),
        "server-error",
        f"{where}, as such a call may, and nothing caught it: {what}.{inside}",
        "Ask who should catch it, and what should become of the rest of the work.",
    )


def _too_late(evidence: Evidence, problem: Problem, what: str) -> Finding:
    where = f" at line {problem.line}" if problem.line else ""
    why = f"The response had begun, with its status, when this came{where}: {what} What fails then "
    why += "can no longer change it."
    step = "Do what may fail before the response begins: a StreamingResponse, like an endpoint "
    step += "with `yield`, sends as it goes."
    made = next((left for left in evidence.unawaited if left.line), None)
    idle = misuse.nothing_waits(evidence)
    if made is not None:
        why += f" At line {made.line} nothing waited: `{made.what}(...)` was never awaited."
        step = "Await the call where you need its result, before the response begins."
        problem = problem.model_copy(update={"line": made.line})
    elif idle is not None:
        why, step = f"{why} {idle.why}", idle.next
        problem = problem.model_copy(update={"line": idle.line})
    return told(evidence, problem, "server-error", why, step)


def _server_error(evidence: Evidence, problem: Problem) -> Finding:
    if "MissingGreenlet" in problem.type + problem.message:
        return responses.query_without_await(evidence, problem)
    if problem.type == "ResponseValidationError":
        return responses.unfit(evidence, problem)
    if problem.type == "PydanticSerializationError" and problem.got.startswith("a "):
        return responses.holds_work(evidence, problem)
    if is_coroutine_used(problem):
        return _coroutine_used(evidence, problem)
    if problem.type == "PydanticSerializationError":
        return responses.no_json(evidence, problem)
    if problem.type == "TimeoutError" and "QueuePool" in problem.message and evidence.held:
        return _pool_empty(evidence, problem)
    made = next((left for left in evidence.unawaited if left.what.endswith("accept")), None)
    if made is not None and problem.type == "WebSocketDisconnected":
        return _unawaited(made)
    if (misused := misuse.told_by(evidence, problem)) is not None:
        return misused
    slip = slip_of(evidence, "local_only")
    if slip is not None and problem.type == "AttributeError" and "'NoneType'" in problem.message:
        return told(
            evidence,
            problem.model_copy(update={"line": slip.line}),
            "server-error",
            f"{problem.type}: {brief(problem.message)}. Line {slip.line} gives `{slip.code}` a "
            "value in its own function only; the name at the top of the file stays as it was.",
            f"Say `global {slip.code}` at the top of that function, or keep it in app.state.",
        )
    if ONE_AT_A_TIME.search(problem.message):
        tasks = (dead.line for dead in evidence.dead if dead.line and not dead.planted)
        problem = problem.model_copy(update={"line": next(tasks, problem.line)})
    failed = next((s for s in evidence.spans if s.outcome == "failed" and s.line), None)
    if problem.line is None and failed is not None and not explain(problem)[1]:
        return _failed_call(evidence, problem, failed)
    return raised(evidence, problem)


def _failed_call(evidence: Evidence, problem: Problem, failed: Span) -> Finding:
    """It came from what the code called: the line of that call is the one to look at."""
    return told(
        evidence,
        problem.model_copy(update={"line": failed.line}),
        "server-error",
        f"{failed.label} (line {failed.line}) failed, and nothing caught it: "
        f"{problem.type}: {brief(problem.message)}".rstrip(".")
        + ".",
        "Ask who should catch it, and what should become of the rest of the work.",
    )


def _pool_empty(evidence: Evidence, problem: Problem) -> Finding:
    line = evidence.held[0].line
    where = f"; line {line} took them" if line else ""
    return told(
        evidence,
        problem.model_copy(update={"line": line or problem.line}),
        "still-running",
        f"All {len(evidence.held)} connections of the pool were lent out, and none came back in "
        f"30 s: sessions are left open{where}.",
        "Close each session when its request is done: `async with` does, also when it fails.",
    )


# -- coroutines ----------------------------------------------------------------


def forgotten_await(evidence: Evidence) -> Finding | None:
    check = evidence.check
    ran = misuse.coroutine_in_thread(evidence)
    if evidence.unawaited and ran is not None:
        return ran
    if evidence.unawaited:
        first = evidence.unawaited[0]
        if first.line is None:
            spans = (s for s in evidence.spans if s.name == first.what and s.line)
            first = first.model_copy(update={"line": next((s.line for s in spans), None)})
        return _unawaited(first)
    given_up = {task.line for task in evidence.cancelled}
    never = next(
        (s for s in evidence.spans if s.outcome == "unawaited" and s.line not in given_up), None
    )
    if never is not None:
        return _unawaited(Leftover(what=never.name, line=never.line))
    if isinstance(check, ValueCheck) and check.how == "coroutine":
        return _made(f"The value is {check.actual}.", None)
    for problem in (evidence.error, *evidence.server_errors):
        if problem is not None and is_coroutine_used(problem):
            return _coroutine_used(evidence, problem)
    return None


def left_alone(evidence: Evidence) -> Finding | None:
    """A call stands by itself, and nothing awaited it: all else may follow from that."""
    made = next((left for left in evidence.unawaited if left.alone), None)
    return _unawaited(made) if made is not None else None


def never_awaited(evidence: Evidence) -> Finding | None:
    """Everything waits, and what would end it was never begun."""
    stuck = evidence.error is not None and evidence.error.type == "Deadlock"
    made = next((left for left in evidence.unawaited if left.line), None)
    return _unawaited(made) if stuck and made is not None else None


def _unawaited(made: Leftover) -> Finding:
    place = f" (line {made.line})" if made.line else ""
    return _made(f"`{made.what}(...)` was called but never awaited{place}.", made.line)


def _made(why: str, line: int | None) -> Finding:
    return Finding(
        "forgotten-await",
        f"{why} Calling an `async def` only makes a coroutine; its body has not run.",
        "Write `await` before it, in an `async def`.",
        line,
    )


def _coroutine_used(evidence: Evidence, problem: Problem) -> Finding:
    if (ran := misuse.coroutine_in_thread(evidence)) is not None:
        return ran
    if explain(problem)[1]:
        return raised(evidence, problem)
    where = f"Line {problem.line}" if problem.line else "The code"
    made = next((left for left in evidence.unawaited if left.line), None)
    if made is not None:
        return told(
            evidence,
            problem.model_copy(update={"line": made.line}),
            "forgotten-await",
            f"`{made.what}(...)` was called but never awaited (line {made.line}): that only makes "
            f"a coroutine. {where} used it as if it were its result.",
            "Await the call where you need its result.",
        )
    return told(
        evidence,
        problem,
        "forgotten-await",
        f"{where} used a coroutine as if it were its result: {problem.type}: "
        f"{brief(problem.message).rstrip('.')}. Calling an `async def` only makes a coroutine; its "
        "body has not run.",
        "Await it where you need its result.",
    )
