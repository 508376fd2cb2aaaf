"""Rules about what stops a program or makes it fail: they come first."""

from grader.diagnosis import finding
from grader.diagnosis.finding import Finding, dead_of, died, line_of, slip_of
from grader.model.checks import OutlivedCheck, SharedCancelCheck
from grader.model.evidence import (
    CancelCheck,
    Evidence,
    NameCheck,
    ReplacedCheck,
)
from grader.model.slips import Slip
from grader.wording import count, seconds

EASY = ("result", "sleep")
"""Kinds of waits that are not the mistake itself: another task gives no result, or blocks."""


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
    waits = slip_of(evidence, "real_wait")
    if waits is not None and (line is None or waits.line == line):
        return real_wait(waits)
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


def real_wait(slip: Slip) -> Finding:
    """It waits where neither the event loop nor the tests' clock can see it."""
    if slip.code.startswith(("signal.setitimer", "signal.alarm")):
        return Finding(
            "too-early",
            f"Line {slip.line} sets the machine's own timer, of which a program has one, for "
            "everybody; the tests' clock does not count its seconds.",
            "Wait with something that can be awaited, as asyncio.sleep(...) is.",
            slip.line,
        )
    return Finding(
        "blocked-loop",
        f"Line {slip.line} waits in {slip.code}(...), on the machine's own clock: it holds the "
        "event loop, so that nothing else can run, and the tests' clock does not count it.",
        "Wait with something that can be awaited, as asyncio.sleep(...) is.",
        slip.line,
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
    wakes = slip_of(evidence, "thread_wakes")
    event = next((w for w in evidence.waiting if w.kind == "event" and w.line), None)
    if wakes is not None and event is not None and wakes.line != event.line:
        return Finding(
            "deadlock",
            f"Line {event.line} waits for an Event that line {wakes.line}, {wakes.code}(), sets "
            "from a thread: an asyncio.Event does not wake the event loop from there.",
            "Hand it to the loop, as in loop.call_soon_threadsafe(event.set), or await "
            "asyncio.to_thread(...) instead.",
            wakes.line,
        )
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
    rounds = [
        s for s in evidence.spans if s.line and s.kind not in ("request", "coroutine", "connection")
    ]
    most = max(rounds, key=lambda span: span.each * span.times, default=None)
    if most is not None and most.times > 1:
        line, again = most.line, f", after {count(most.times, 'round')}"
    else:
        line, again = next((w.line for w in evidence.waiting if w.line is not None), None), ""
    where = f"line {line} still waits" if line else "the code still waits"
    return Finding(
        "never-finishes",
        f"After {finding.went_on(evidence)} on the clock, {where}{again}.",
        "Give it an end, or wait for the thing itself instead of asking again and again.",
        line,
    )


def network_refused(evidence: Evidence) -> Finding | None:
    if not evidence.refused:
        return None
    call = evidence.refused[0]
    return Finding(
        "network-refused",
        f"The code called {call.what}, which this exercise does not have; "
        "nothing left this machine.",
        "Compare the address, and the way it is called, with the task.",
        call.line,
    )


def shared_cancel(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, SharedCancelCheck):
        return None
    calls = [s for s in evidence.spans if s.name == check.name and s.line]
    line = next(
        (s.line for s in calls if s.outcome == "cancelled"), calls[0].line if calls else None
    )
    gone = {0: "Nobody was", 1: "One caller was"}.get(check.gone, f"{check.gone} callers were")
    others = "another one" if check.others == 1 else f"{check.others} others"
    where = f" (line {line})" if line else ""
    return Finding(
        "shared-cancel",
        f"{gone} cancelled, and {others} with it: what they all waited for, {check.name}{where} or "
        "its result, was cancelled too.",
        "Give the work a task of its own, and let each caller await it through asyncio.shield.",
        line,
    )


def outlived(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, OutlivedCheck):
        return None
    line = f" (line {check.line})" if check.line else ""
    until = "goes on" if check.end is None else f"went on until {seconds(check.end)}"
    dead = dead_of(evidence)
    if dead is not None:
        return Finding(
            "lost-exception",
            f"{died(dead)}, and {check.name}{line} {until}.",
            "Look at what it raises: it does nothing of what it was still to do.",
            dead.line,
        )
    if not check.status:
        return Finding(
            "disconnect-unheard",
            f"The visitor left at {seconds(check.left)}, and {check.name}{line} {until}.",
            "Listen for `http.disconnect` while the work runs; when it comes, cancel the work and "
            "wait until it has ended.",
            check.line,
        )
    return finding.outlived(check.status, check.left, check.name, check.line, check.end)


def swallowed_cancel(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, CancelCheck):
        return None
    line = line_of(evidence, check)
    instead = slip_of(evidence, "return_in_finally")
    if instead is not None:
        return Finding(
            "swallowed-cancel",
            f"The task was cancelled, and went on: the `return` in the `finally` at line "
            f"{instead.line} takes the place of every exception, the cancellation included.",
            "Return behind the `finally`, which is for cleaning up alone.",
            instead.line,
        )
    return Finding(
        "swallowed-cancel",
        "The task was cancelled, and went on.",
        "Let CancelledError pass: clean up in `finally`, or raise it again.",
        line,
    )
