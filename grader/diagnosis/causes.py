"""Rules about what stops a program or makes it fail: they come first."""

import re

from grader.diagnosis.finding import Finding, brief, line_of, raised
from grader.model.evidence import (
    CancelCheck,
    Evidence,
    HiddenCheck,
    LeftOpenCheck,
    Leftover,
    NameCheck,
    PeakCheck,
    Problem,
    ReplacedCheck,
    ValueCheck,
)
from grader.model.spans import Span
from grader.wording import count

USED_COROUTINE = re.compile(r"'coroutine' object|coroutine object|<class 'coroutine'>")
EASY = ("result", "sleep")
"""Kinds of waits that are not the mistake itself: another task gives no result, or blocks."""
LOCKED = "database is locked"
"""What SQLite says when it has waited for a lock in vain."""
CALL_LINES = 3
"""Lines below the start of a call on which its arguments are still looked for."""
NO_GENERATOR = ("async iterator", "async generator")
"""A coroutine function where one with `yield` belongs is another mistake."""


def replaced(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, ReplacedCheck):
        return None
    return Finding(
        "replaced-function",
        f"While the test ran, something else stood in the place of {check.name}, which the test "
        "relies on: its result does not count.",
        "Leave other people's functions as they are, and call your own instead.",
    )


def missing_name(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, NameCheck):
        return None
    name, close = check.name, check.close
    why = f"The test looks for {name}, and your file has no such name"
    why += f": it has {close}." if close else "."
    step = f"Did you mean {name} where you wrote {close}?" if close else f"Define {name} again."
    return Finding("missing-name", why, step)


def is_not_written(evidence: Evidence) -> bool:
    """Is the stub's own NotImplementedError what made the test fail."""
    problems = [evidence.error, *evidence.server_errors]
    return any(p is not None and p.type == "NotImplementedError" and p.line for p in problems)


def not_written(evidence: Evidence) -> Finding | None:
    if not is_not_written(evidence):
        return None
    problem = next(
        p for p in (evidence.error, *evidence.server_errors) if p and p.type.startswith("NotImpl")
    )
    return Finding(
        "not-written",
        f"{problem.call}() still raises NotImplementedError.",
        "Replace that line by your own code; the lesson says what it should do.",
        problem.line,
    )


def busy_loop(evidence: Evidence) -> Finding | None:
    if evidence.error is None or evidence.error.type != "TimedOut":
        return None
    spin, line = evidence.spin, evidence.error.line
    if spin is not None and spin.awaits:
        return Finding(
            "busy-loop",
            f"The loop at line {line} never waits: each `await` in it comes back at once. One "
            "processor is busy all the while, and the tests' clock, which moves only when "
            "everybody waits, stands still.",
            "Wait for the thing itself, or await something that takes time.",
            line,
        )
    if spin is not None and spin.asks:
        held = "holds the event loop, so that nothing else can run"
        if not evidence.error.on_loop:
            held = "keeps its thread and a processor busy"
        return Finding(
            "busy-loop",
            f"The loop at line {line} asks {spin.asks} again and again until a moment has come. "
            f"That is computing, and no waiting: it {held}, and the tests' clock, which counts "
            "only waits, never comes to that moment.",
            "Wait that long instead of looking, with something that can be awaited.",
            line,
        )
    where = f"The code at line {line}" if line else "The code"
    return Finding(
        "busy-loop",
        f"{where} was still busy when the grader's guard ended the test: it runs on and on "
        "without ever waiting, so neither time nor any other task can move.",
        "Let the loop end, or await something that takes time in it.",
        evidence.error.line,
    )


def stood_still(evidence: Evidence) -> Finding | None:
    if evidence.error is None or evidence.error.type != "StoodStill":
        return None
    where = f" at line {evidence.error.line}" if evidence.error.line else ""
    return Finding(
        "blocked-loop",
        f"The call{where} waits and does not end, as one for a locked file does, and it holds "
        "the event loop: what could end the wait cannot run.",
        "Make this wait in a thread, or use a way of waiting that can be awaited.",
        evidence.error.line,
    )


def deadlock(evidence: Evidence) -> Finding | None:
    if evidence.error is None or evidence.error.type != "Deadlock":
        return None
    # Waits in EASY only follow from another wait: tell that one first.
    here = [waiting for waiting in evidence.waiting if waiting.line is not None]
    here.sort(key=lambda waiting: waiting.kind in EASY)
    if not here:
        return Finding(
            "deadlock",
            "Everything waits, and nothing is left that could wake it.",
            "Look for a wait whose other side never comes: a lock held, an event never set.",
            evidence.error.line,
        )
    told = list(dict.fromkeys(f"line {w.line} waits for {w.waits_for}" for w in here))
    who = "; ".join(told[:3])
    return Finding(
        "deadlock",
        f"{who[:1].upper()}{who[1:]}, and nothing is left that could end the wait.",
        "Ask of each wait: who will end it, and is that one waiting too?",
        here[0].line,
    )


def never_finishes(evidence: Evidence) -> Finding | None:
    if evidence.error is None or evidence.error.type != "Endless":
        return None
    # The line with the longest total time is the loop; the others wait for it.
    rounds = [s for s in evidence.spans if s.line and s.kind not in ("request", "coroutine")]
    most = max(rounds, key=lambda span: span.each * span.times, default=None)
    if most is not None and most.times > 1:
        line, again = most.line, f", after {count(most.times, 'round')}"
    else:
        line, again = next((w.line for w in evidence.waiting if w.line is not None), None), ""
    where = f"line {line} still waits" if line else "the code still waits"
    return Finding(
        "never-finishes",
        f"After more than an hour on the clock, {where}{again}.",
        "Give it an end, or wait for the thing itself instead of asking again and again.",
        line,
    )


def network_refused(evidence: Evidence) -> Finding | None:
    if not evidence.refused:
        return None
    line = next((s.line for s in evidence.spans if s.kind == "upstream" and s.line), None)
    return Finding(
        "network-refused",
        f"The code called {evidence.refused[0]}, which this exercise does not have; "
        "nothing left this machine.",
        "Compare the address, and the way it is called, with the task.",
        line,
    )


def no_yield(evidence: Evidence) -> Finding | None:
    """A function that must be a generator is none; what uses it says so in its own words."""
    problems = [p for p in (evidence.error, *evidence.server_errors) if p is not None]
    problem = next((p for p in problems if any(t in p.message for t in NO_GENERATOR)), None)
    if problem is None:
        return None
    return Finding(
        "server-error",
        f"A function that must `yield` has no `yield`: {problem.type}: {brief(problem.message)}.",
        "A lifespan, and each function made a context manager, yields exactly once: what comes "
        "before the `yield` begins, what comes after it ends.",
        problem.line,
    )


def not_done_yet(evidence: Evidence) -> Finding | None:
    """A result asked for too early: what it was to come from is then cut off, or never begins."""
    problems = (problem for problem in evidence.server_errors if problem.line)
    early = next((problem for problem in problems if problem.type == "InvalidStateError"), None)
    return raised("server-error", early) if early is not None else None


def forgotten_await(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if evidence.unawaited:
        first = evidence.unawaited[0]
        if first.line is None:
            spans = (s for s in evidence.spans if s.name == first.what and s.line)
            first = first.model_copy(update={"line": next((s.line for s in spans), None)})
        refused = next((p for p in evidence.server_errors if _is_about(p, first.line)), None)
        if refused is not None and not _is_coroutine_used(refused):
            return _not_taken(first, refused)
        place = f" (line {first.line})" if first.line else ""
        return _unawaited(f"`{first.what}(...)` was called but never awaited{place}.", first.line)
    never = next((s for s in evidence.spans if s.outcome == "unawaited"), None)
    if never is not None:
        place = f" (line {never.line})" if never.line else ""
        return _unawaited(f"`{never.label}` was called but never awaited{place}.", never.line)
    if isinstance(check, ValueCheck) and check.how == "coroutine":
        return _unawaited(f"The value is {check.actual}.", None)
    for problem in (evidence.error, *evidence.server_errors):
        if problem is not None and _is_coroutine_used(problem):
            return _unawaited(
                f"Line {problem.line} used a coroutine as if it were its result: "
                f"{problem.type}: {problem.message}.",
                problem.line,
            )
    return None


def _is_about(problem: Problem, line: int | None) -> bool:
    """Did it arise in the call whose argument stands on `line`, or on the next few lines of it."""
    return bool(problem.line and line) and 0 <= (line or 0) - (problem.line or 0) < CALL_LINES


def _is_coroutine_used(problem: Problem) -> bool:
    message = problem.message
    used = USED_COROUTINE.search(message) is not None
    return used and not any(text in message for text in NO_GENERATOR)


def _unawaited(why: str, line: int | None) -> Finding:
    return Finding(
        "forgotten-await",
        f"{why} Calling an `async def` only makes a coroutine; its body has not run.",
        "Await it where you need its result.",
        line,
    )


def _not_taken(made: Leftover, problem: Problem) -> Finding:
    """The line failed that was to do something with the coroutine."""
    return Finding(
        "forgotten-await",
        f"Line {problem.line} raised {problem.type}: {brief(problem.message).rstrip('.')}. So the "
        f"coroutine `{made.what}(...)`, which it made, was never awaited.",
        "Look at the call that got the coroutine: does it take one, here and in this way?",
        problem.line,
    )


def locked_database(evidence: Evidence) -> Finding | None:
    """SQLite waits in C, so that its wait is seen only when it gives up."""
    problems = [p for p in (evidence.error, *evidence.server_errors) if p is not None]
    problem = next((p for p in problems if LOCKED in p.message and p.on_loop and p.line), None)
    if problem is None:
        return None
    return Finding(
        "blocked-loop",
        f"Line {problem.line} met a database that another connection keeps locked. SQLite waits "
        "for it, 5 s unless told otherwise, and on the event loop nothing else can run meanwhile; "
        f"then it gave up: {problem.type}: {brief(problem.message)}.",
        "Let SQLite wait in a thread, and let nobody await in the midst of a transaction.",
        problem.line,
    )


def server_error(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not evidence.server_errors or isinstance(check, PeakCheck | LeftOpenCheck | HiddenCheck):
        return None
    problem = next((p for p in evidence.server_errors if p.line), evidence.server_errors[0])
    if "MissingGreenlet" in problem.type + problem.message:
        return _query_without_await(problem)
    if problem.type == "ResponseValidationError":
        return _unfit_response(problem)
    if problem.type == "PydanticSerializationError":
        return Finding(
            "server-error",
            f"The response cannot be written as JSON: {brief(problem.message)}.",
            "Look at each value that you return: is it plain data?",
        )
    failed = next((s for s in evidence.spans if s.outcome == "failed" and s.line), None)
    if problem.line is None and failed is not None and problem.type != "FastAPIError":
        return _failed_call(problem, failed)
    return raised("server-error", problem)


def _failed_call(problem: Problem, failed: Span) -> Finding:
    """It came from what the code called: the line of that call is the one to look at."""
    return Finding(
        "server-error",
        f"{failed.label} (line {failed.line}) failed, and nothing caught it: "
        f"{problem.type}: {brief(problem.message)}".rstrip(".")
        + ".",
        "Ask who should catch it, and what should become of the rest of the work.",
        failed.line,
    )


def _query_without_await(problem: Problem) -> Finding:
    """SQLAlchemy says it in words that only its authors can read."""
    where = f"Line {problem.line}" if problem.line else "The code"
    return Finding(
        "server-error",
        f"{where} read something that was not loaded: SQLAlchemy would have had to send a query "
        "there, where nothing awaits it (MissingGreenlet).",
        "Find out which attribute that is, and have it loaded before that line.",
        problem.line,
    )


def _unfit_response(problem: Problem) -> Finding:
    """FastAPI's message is a list of dictionaries: the first one's sentence is what counts."""
    said = re.search(r"'msg': (?:'([^']*)'|\"([^\"]*)\")", problem.message)
    line = re.search(r", line (\d+), in ", problem.message)
    why = "What the endpoint gave back does not fit the return type that it declares"
    return Finding(
        "server-error",
        f"{why}: {said[1] or said[2]}." if said else f"{why}.",
        "Compare what you return, in this test's case, with the type behind the arrow.",
        problem.line or (int(line[1]) if line else None),
    )


def swallowed_cancel(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, CancelCheck):
        return None
    line = line_of(evidence, check)
    return Finding(
        "swallowed-cancel",
        "The task was cancelled, and went on.",
        "Let CancelledError pass: clean up in `finally`, or raise it again.",
        line,
    )


def lost_exception(evidence: Evidence) -> Finding | None:
    if not evidence.lost:
        return None
    problem = evidence.lost[0]
    where = f" at line {problem.line}" if problem.line else ""
    return Finding(
        "lost-exception",
        f"A task ended with {problem.type}: {brief(problem.message)}{where}, and nobody looked "
        "at it.",
        "Await every task that you start, or look at its exception when it is done.",
        problem.line,
    )


def hidden_failure(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, HiddenCheck):
        return None
    failed = next((s for s in evidence.spans if s.outcome == "failed" and s.line), None)
    work = f"{failed.label} (line {failed.line})" if failed else "Work that the request depends on"
    return Finding(
        "lost-exception",
        f"{work} failed, and the response says {check.actual} all the same.",
        "Follow the exception from where it is raised: who catches it, and what becomes of it?",
        line_of(evidence, check),
    )
