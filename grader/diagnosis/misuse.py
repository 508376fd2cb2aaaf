"""Exceptions that come of a call which did something else than was meant, somewhere else."""

import re

from grader.diagnosis.explained import explain
from grader.diagnosis.finding import Finding, brief, done_at_once, slip_of, slips_of, told
from grader.model.checks import RateCheck
from grader.model.evidence import Evidence, PeakCheck, Problem
from grader.model.slips import Slip, SlipKind

TOO_SOON = ("KeyError", "InvalidStateError", "IndexError", "ResponseNotRead")
"""What is raised where a result is taken that is not there yet."""
BUSY = "asynchronous generator is already running"


def told_by(evidence: Evidence, problem: Problem) -> Finding | None:
    """What a slip elsewhere in the file says of this exception."""
    said = f"{problem.type}: {problem.message}"
    if "'State' object has no attribute" in said:
        return _no_state(evidence, problem)
    cached = slip_of(evidence, "cached_coroutine") or slip_of(evidence, "cached")
    if cached is not None and re.search(
        r"coroutine is being awaited|already awaited coroutine", said
    ):
        return _at(
            evidence,
            problem,
            cached,
            f"Line {cached.line}, @{cached.code}, keeps what the function below it gives: a "
            "coroutine, which can be awaited once. The second time it hands out the same one "
            f"({problem.type}: {brief(problem.message)}).",
            "Take it away, or keep the result, where the task wants one kept.",
        )
    if "Response" in said and "await" in said:
        client = slip_of(evidence, "sync_client")
        if client is not None:
            return _at(
                evidence,
                problem,
                client,
                f"Line {client.line} makes a plain httpx.Client. What it is asked is answered at "
                "once, while the event loop stands still, and cannot be awaited.",
                "Make an httpx.AsyncClient instead.",
            )
    if "invalid literal for int()" in said or "is not a valid HTTPStatus" in said:
        swapped = slip_of(evidence, "swapped_status")
        if swapped is not None:
            return _at(
                evidence,
                problem,
                swapped,
                f"Line {swapped.line} gives HTTPException its text first; it takes the status "
                f"first and the text after it ({problem.type}: {brief(problem.message)}).",
                "Let the two change places.",
            )
    managed = slip_of(evidence, "managed_dependency")
    if problem.line is None and managed is not None and "GeneratorContextManager' object" in said:
        return raised_at(evidence, problem, managed)
    if problem.line is None and ("didn't stop" in said or "Response not awaited" in said):
        kind: SlipKind = "second_yield" if "didn't stop" in said else "kept_behind_yield"
        slip = slip_of(evidence, kind)
        return raised_at(evidence, problem, slip) if slip is not None else None
    refused = next(iter(evidence.refusals), None)
    if problem.line is None and "is not JSON serializable" in said and refused is not None:
        return told(
            evidence,
            problem.model_copy(update={"line": refused.line}),
            "server-error",
            f"The `detail` of the HTTPException at line {refused.line} cannot be written as JSON: "
            f"{problem.type}: {brief(problem.message)}.",
            "Put a text there: str(...) makes one of an exception.",
        )
    if problem.line is None and "callable" in said:
        handed = slip_of(evidence, "handed_call")
        if handed is not None:
            awaits = "await" in handed.code
            what = "awaited the call and handed on its result" if awaits else "handed on a call"
            return _at(
                evidence,
                problem,
                handed,
                f"Line {handed.line}, {handed.code}, {what}, and not the function.",
                "Hand on the function itself, and its arguments beside it: add_task(f, argument).",
            )
    at_once = done_at_once(evidence)
    if problem.type == "InvalidStateError" and at_once is not None:
        why = f"{problem.type}: {brief(problem.message).rstrip('.')}. It came too soon: {at_once}"
        step = "Hand on the function itself, as in add_done_callback(keep)."
        handed = next(s for s in slips_of(evidence, "handed_call") if s.code in at_once)
        return _at(evidence, problem, handed, why, step)
    idle = nothing_waits(evidence)
    if problem.line is None and idle is not None:
        why = f"{idle.why} What came of it: {problem.type}: {brief(problem.message)}."
        at = problem.model_copy(update={"line": idle.line})
        return told(evidence, at, idle.id, why, idle.next)
    return None


def not_waited_for(evidence: Evidence) -> Finding | None:
    """What was to hold something back, or to bring a result, was begun and not waited for."""
    check = evidence.check
    too_many = isinstance(check, RateCheck) or (
        isinstance(check, PeakCheck) and check.most > check.allowed > 0
    )
    problems = [p for p in (evidence.error, *evidence.server_errors) if p is not None]
    if not too_many and not any(_is_too_soon(p) for p in problems):
        return None
    if (idle := nothing_waits(evidence)) is not None:
        return idle
    task = slip_of(evidence, "dropped_task")
    if task is not None:
        return Finding(
            "fire-and-forget",
            f"Line {task.line} starts {task.code} in a task, and nobody waits for it.",
            "Await it where it stands.",
            task.line,
        )
    return None


def _is_too_soon(problem: Problem) -> bool:
    return not problem.planted and (problem.type in TOO_SOON or BUSY in problem.message)


def nothing_waits(evidence: Evidence) -> Finding | None:
    """A statement that has the looks of a wait, and is none."""
    idle = slip_of(evidence, "not_awaited")
    if idle is None:
        return None
    return Finding(
        "forgotten-await",
        f"Line {idle.line}, {idle.code}, has no `await`: nothing waits there.",
        "Write `await` before it.",
        idle.line,
    )


def raised_at(evidence: Evidence, problem: Problem, slip: Slip) -> Finding:
    """The exception arose in a library, and is explained by a line of the answer's."""
    _, means, step = explain(problem)
    said = brief(problem.message).partition(". ")[0].rstrip(".")
    why = f"Line {slip.line}: {problem.type}: {said}.{means}"
    return _at(evidence, problem, slip, why, step)


def coroutine_in_thread(evidence: Evidence) -> Finding | None:
    """An `async def` was run in a thread, which only makes a coroutine there."""
    slip = slip_of(evidence, "async_in_thread")
    if slip is None:
        return None
    return Finding(
        "forgotten-await",
        f"Line {slip.line} runs {slip.code}, an `async def`, in a thread: there the call only "
        "makes a coroutine, and nobody awaits it.",
        "Await the `async def` itself; a thread is for a function that blocks.",
        slip.line,
    )


def _no_state(evidence: Evidence, problem: Problem) -> Finding | None:
    unused, kept = slip_of(evidence, "no_lifespan"), slip_of(evidence, "app_state")
    if "request.state" in problem.code and kept is not None:
        return told(
            evidence,
            problem,
            "server-error",
            f"Line {problem.line} looks into request.state, which each request has of its own; "
            f"line {kept.line} put it into the app's state.",
            "Read it from request.app.state.",
        )
    if unused is None:
        return None
    return _at(
        evidence,
        problem,
        unused,
        f"Line {unused.line} makes the app without the lifespan, so {unused.code} never ran, and "
        "nothing put that name there.",
        f"Hand it over: FastAPI(lifespan={unused.code}).",
    )


def _at(evidence: Evidence, problem: Problem, slip: Slip, why: str, step: str) -> Finding:
    there = problem.model_copy(update={"line": slip.line})
    return told(evidence, there, "server-error", why, step)
