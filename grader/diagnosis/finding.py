"""What a rule finds, and what several rules ask of the evidence."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from grader.model.evidence import (
    CallsCheck,
    CancelCheck,
    Evidence,
    HiddenCheck,
    Leftover,
    PeakCheck,
    Problem,
)


@dataclass(frozen=True)
class Finding:
    """What a rule found: the id, why, what to do next, and the line it is about.

    `facts` are what was expected and what happened, where the failed check says less.
    """

    id: str
    why: str
    next: str
    line: int | None = None
    facts: tuple[str, str] | None = None


UNKNOWN_STEP = "Follow that line: which value or call does not do what the line expects?"
EXPLAINED = (
    (
        r"TypeError: .*(can't be used in 'await' expression|object can't be awaited)",
        " What stands behind that `await` is no coroutine but the result of a plain call, which "
        "has done its work, and its waiting, already.",
        "Is there a call for this that can be awaited? If not, it needs no `await`, but perhaps a "
        "thread.",
    ),
    (
        r"RuntimeError: .*(coroutine is being awaited already"
        r"|cannot reuse already awaited coroutine)",
        " A coroutine is one run of its function, and this one was kept and awaited twice.",
        "Keep the result, or call the function anew for each wait.",
    ),
    (
        r"InvalidStateError: ",
        " The line asks for the result of work that has not ended yet.",
        "Wait for the work first, then ask for its result.",
    ),
    (
        r"TypeError: .*object is not callable",
        " What was called there is no function: often it is a function's result, where the "
        "function itself was to be handed on.",
        "Look at each pair of brackets on that line: who is to make that call?",
    ),
    (
        r"TimeoutError: \Z",
        " Its time limit was over before the work was done.",
        "Compare that limit with the figures of the task.",
    ),
    (
        r"AttributeError: 'AsyncSession' object has no attribute 'query'",
        " That is how a sync session is asked; this one takes a select(...), and is awaited.",
        "Write the query with select(...), and await the call that sends it.",
    ),
    (
        r"AttributeError: [A-Za-z_]+\Z",
        " If that was asked of a row in a query's result: the object itself is the row's first "
        "value.",
        "Take the object out of its row, or ask the result for objects instead of rows.",
    ),
    (
        r"AttributeError: 'State' object has no attribute",
        " Nothing had put that name there before this line ran.",
        "Put it there while the app starts, before the `yield` of its lifespan.",
    ),
    (
        r"(AttributeError|PicklingError): .*Can't (pickle|get) local object",
        " Another process is sent a function's name, and finds there only what stands at the top "
        "of the file.",
        "Hand over a function that has such a name, and its arguments beside it.",
    ),
)
"""What some exceptions mean that a learner meets here: their type and text, meaning, step."""

Rule = Callable[[Evidence], Finding | None]

CALL = re.compile(r"[\w.]+\(")
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
MAX_LINES = 3
"""Lines of an exception's message that are told."""
MAX_TEXT = 240
"""Characters of it that are told."""
ASIDE = ("[SQL:", "[parameters:", "(Background on", "For more information", "For further info")
"""How libraries begin the lines that they put below what went wrong."""


def line_of(
    evidence: Evidence, check: CallsCheck | PeakCheck | HiddenCheck | CancelCheck
) -> int | None:
    lines = (s.line for s in evidence.spans if s.label.startswith(check.name) and s.line)
    return check.line or next(lines, None)


def running(evidence: Evidence) -> Leftover | None:
    """Work that was still going on when the check was made, though it should have ended."""
    if evidence.leftovers and not evidence.background:
        return evidence.leftovers[0]
    for span in evidence.spans:
        going_on = span.outcome == "running" and span.kind in ("call", "job")
        if going_on and span.name not in evidence.background:
            return Leftover(what=span.label, line=span.line)
    return None


def sentence(text: str) -> str:
    """The text with a capital, but a function's name as it is written."""
    return text if CALL.match(text) else f"{text[:1].upper()}{text[1:]}"


def forgotten_work(left: Leftover) -> Finding:
    line = f" (line {left.line})" if left.line else ""
    return Finding(
        "fire-and-forget",
        f"{sentence(left.what)} was still running when the response left{line}.",
        "Wait for the work whose result or effect the response promises.",
        left.line,
    )


def raised(id: str, problem: Problem) -> Finding:
    if problem.type == "MemoryError":
        where = f"Line {problem.line}" if problem.line else "Your code"
        return Finding(
            id,
            f"{where} asked for more memory than an answer may have, which is 3 GB (MemoryError).",
            "Keep less at once: a part at a time, or a generator instead of a list.",
            problem.line,
        )
    if problem.type == "BreakpointReached":
        where = f"Line {problem.line}" if problem.line else "Your code"
        return Finding(
            id,
            f"{where} calls for the debugger, and nobody can answer it while the grader grades.",
            "Take the breakpoint out. To stop there, run "
            f"`pytest tests/exercises/{problem.message} -s`: the clock waits meanwhile.",
            problem.line,
        )
    message = brief(problem.message)
    what = f"{problem.type}: {message}" if message else problem.type
    what = what if what.endswith("...") else what.rstrip(".") + "."
    if problem.line is None:
        step = "Ask what your code called, returned or left out just before."
        return Finding(id, f"An exception came from outside your file: {what}", step)
    text = f"{problem.type}: {message}"
    known = (rest for pattern, *rest in EXPLAINED if re.match(pattern, text, re.DOTALL))
    meaning, step = next(known, ("", UNKNOWN_STEP))
    return Finding(id, f"Line {problem.line} raised {what}{meaning}", step, problem.line)


def brief(message: str) -> str:
    """What went wrong, in at most MAX_LINES lines made one, without a library's asides."""
    told: list[str] = []
    for line in message.splitlines():
        if line.startswith(ASIDE) or len(told) == MAX_LINES:
            break
        if line.strip():
            told.append(line.strip())
    text = ADDRESS.sub("", " ".join(told))
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}..."
