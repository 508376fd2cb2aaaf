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
    Over,
    PeakCheck,
    Problem,
)
from grader.model.slips import Slip, SlipKind
from grader.model.spans import Span
from grader.wording import seconds


@dataclass(frozen=True)
class Finding:
    """What a rule found: the id, why, what to do next, and the line it is about.

    `facts` are what was expected and what happened, where the failed check says less, and `fact`
    is the one sentence of them that stands above all.
    """

    id: str
    why: str
    next: str
    line: int | None = None
    facts: tuple[str, str] | None = None
    fact: str = ""


LEFT = ("WebSocketDisconnect", "WebSocketDisconnected")
"""With what a task ends that talks to somebody who has left: no failure of its own."""
SENT_TOO_LATE = 'Cannot call "send" once a close message has been sent'
SAME = 1e-3
"""Seconds by which two moments may differ that are one."""
MAX_HEADLINE = 120
"""Characters of an exception that a headline holds."""
USED_COROUTINE = re.compile(r"'coroutine' object|coroutine object|<class 'coroutine'>")
NO_GENERATOR = ("async iterator", "async generator")
"""A coroutine function where one with `yield` belongs is another mistake."""
Rule = Callable[[Evidence], Finding | None]

CALL = re.compile(r"[\w.]+\(")
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
MAX_LINES = 3
"""Lines of an exception's message that are told."""
MAX_TEXT = 240
"""Characters of it that are told."""
WORK = re.compile(r"<(Future|Task|_GatheringFuture)\b.*(?:>|\Z)", re.DOTALL)
"""Futures and tasks in Python's words, with callbacks and files of this machine."""
LINK = re.compile(r"\s*\((?:Background on this error at|See) ?:? ?https?://[^)]*\)")
ASIDE = ("[SQL:", "[parameters:", "(Background on", "For more information", "For further info")
"""How libraries begin the lines that they put below what went wrong."""


def line_of(
    evidence: Evidence, check: CallsCheck | PeakCheck | HiddenCheck | CancelCheck
) -> int | None:
    calls = (s for s in evidence.spans if s.kind != "connection")
    lines = (s.line for s in calls if s.label.startswith(check.name) and s.line)
    return check.line or next(lines, None)


def running(evidence: Evidence) -> Leftover | None:
    """Work that was still going on when the check was made, though it should have ended."""
    if evidence.leftovers and not evidence.background:
        return evidence.leftovers[0]
    return next(iter(evidence.left), None)


def told(
    evidence: Evidence, problem: Problem, id: str, why: str, step: str, *, what: str = ""
) -> Finding:
    """A finding whose headline is the exception, or `what` in its place."""
    visit = next((v for v in evidence.visits if v.number in problem.visits), None)
    what = what or f"raised {problem.type}: {brief(problem.message)}".rstrip(": .")
    what = what if len(what) <= MAX_HEADLINE else f"{what[:MAX_HEADLINE]}..."
    if problem.group:
        what += f", in an {problem.group}"
    if visit is None:
        return Finding(id, why, step, problem.line)
    facts = (f"an answer to {visit.label}", what.removeprefix("raised "))
    return Finding(id, why, step, problem.line, facts, f"{visit.label} {what}")


def slips_of(evidence: Evidence, kind: SlipKind) -> list[Slip]:
    return [slip for slip in evidence.slips if slip.kind == kind]


def slip_of(evidence: Evidence, kind: SlipKind) -> Slip | None:
    return next(iter(slips_of(evidence, kind)), None)


def done_at_once(evidence: Evidence) -> str | None:
    """What to say of a task that its own `add_done_callback` let go, at once."""
    for slip in slips_of(evidence, "handed_call"):
        if "add_done_callback(" in slip.code:
            so = ", so that nothing holds the task" if "discard" in slip.code else ""
            return (
                f"line {slip.line}, {slip.code}, makes that call at once, and not when the task is "
                f"done{so}."
            )
    return None


def went_on(evidence: Evidence) -> str:
    """How long a program without an end has gone on: beyond an hour nobody counts."""
    reached = evidence.reached
    return "more than an hour" if reached is None or reached > 3600 else seconds(reached)


def dead_of(evidence: Evidence) -> Problem | None:
    """With what a task of the learner's ended before its work was done."""
    dead = (p for p in evidence.dead if not p.planted and not heard_that_they_left(p))
    return next((p for p in dead if p.line), None)


def cancelled(evidence: Evidence) -> Over | None:
    """A task of the learner's that was cancelled, and not one of the app's start."""
    return next((o for o in evidence.over if o.cancelled and not o.of_start), None)


def cut_at_once(evidence: Evidence, *, is_explained: bool = False) -> str:
    """What to say, after a space, of a WebSocket's task that was cancelled as soon as it began.

    Where the check `is_explained` already, only of one whose connection has not ended with it:
    that end may be why the task was cancelled.
    """
    sockets = [visit for visit in evidence.visits if visit.label.startswith("WS ")]
    task = cancelled(evidence)
    if task is None or not any(abs(v.start - task.at) < SAME for v in sockets):
        return ""
    if is_explained and any(v.end is not None and v.end <= task.at + SAME for v in sockets):
        return ""
    return (
        f" The task {task.what}, which line {task.line} made, was cancelled at "
        f"{seconds(task.at)}, as soon as it had begun."
    )


def line_of_failure(evidence: Evidence) -> int | None:
    """The line of what failed, where all that failed stands in one."""
    failed = {s.line for s in evidence.spans if s.outcome == "failed" and s.line}
    return failed.pop() if len(failed) == 1 else None


def heard_that_they_left(problem: Problem) -> bool:
    """Did it talk to somebody who has left; Starlette says it in two ways, by its version."""
    return problem.type in LEFT or SENT_TOO_LATE in problem.message


def died(dead: Problem) -> str:
    """`A task ended at line 32 with KeyError: 'id'`, for more to follow."""
    what = f"{dead.type}: {brief(dead.message)}".rstrip(": .")
    return f"A task ended at line {dead.line} with {what}{misplaced(dead)}"


def misplaced(problem: Problem) -> str:
    """` (there, `order` holds 7 (int), and pay() asks for something else)`, or nothing."""
    if not problem.misplaced or not problem.call:
        return ""
    return f" (there {problem.misplaced}, and {problem.call}() asks for something else)"


def outlived(status: int, left: float, name: str, line: int | None, end: float | None) -> Finding:
    """The response had left, and the call `name` went on until `end`, or still does."""
    where = f" (line {line})" if line else ""
    until = "goes on" if end is None else f"went on until {seconds(end)}"
    return Finding(
        "answered-not-ended",
        f"The {status} left at {seconds(left)}, and {name}{where} {until}.",
        "Cancel what nobody needs any more, and wait until it has ended before you answer.",
        line,
    )


def is_coroutine_used(problem: Problem) -> bool:
    """Was a coroutine taken for the result that it would have had."""
    used = USED_COROUTINE.search(problem.message) is not None
    return used and not any(text in problem.message for text in NO_GENERATOR)


def sentence(text: str) -> str:
    """The text with a capital, but a function's name as it is written."""
    return text if CALL.match(text) else f"{text[:1].upper()}{text[1:]}"


def forgotten_work(left: Leftover) -> Finding:
    line = f", which line {left.line} started," if left.line else ""
    return Finding(
        "fire-and-forget",
        f"{sentence(left.what)}{line} was still running when the response left.",
        "Wait for the work whose result or effect the response promises.",
        left.line,
    )


def named(span: Span) -> str:
    """`get_price(7) (line 32)`."""
    return f"{span.label} (line {span.line})" if span.line else span.label


def brief(message: str) -> str:
    """What went wrong, in at most MAX_LINES lines made one, without a library's asides."""
    told: list[str] = []
    for line in message.splitlines():
        if line.startswith(ASIDE) or len(told) == MAX_LINES:
            break
        if line.strip():
            told.append(line.strip())
    text = LINK.sub("", ADDRESS.sub("", WORK.sub(r"<\1>", " ".join(told))))
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}..."
