"""Rules about what stops a program or makes it fail: they come first."""

from dataclasses import replace

from grader.diagnosis import finding, misuse
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
ENDS = ("result", "work")
"""Kinds of waits for the end of something else."""


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
    if check.inside:
        why = (
            f"The test looks for {name} at the top level of your file; line {check.line} makes it "
        )
        why += f"inside {check.inside}(), where nobody else sees it."
        step = f"Make it at the top level, as in `{name} = {check.inside}()`."
    return Finding("missing-name", why, step, check.line)


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
            f"The loop at line {line} goes on without a wait: each `await` in it comes back at "
            "once. One processor is busy all the while, and the tests' clock, which moves only "
            "when everybody waits, stands still.",
            "Ask what ends the loop, and wait for that.",
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
            "Wait that long instead of looking, with something that can be awaited."
            if evidence.error.on_loop
            else "Wait that long instead of looking; in a thread, time.sleep(...) does.",
            line,
        )
    where = f"The code at line {line}" if line else "The code"
    busy = f"{where} was still busy when the grader's guard ended the test: it runs on and on"
    if line and not evidence.error.on_loop:
        return Finding(
            "busy-loop",
            f"{busy} in its thread, and the tests' clock, which moves only when everybody waits, "
            "stands still.",
            "Let the loop end, or let it wait for what it asks for.",
            line,
        )
    return Finding(
        "busy-loop",
        f"{busy} without ever waiting, so neither time nor any other task can move.",
        "Let the loop end, or await something that takes time in it.",
        line,
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
    timer = slip_of(evidence, "real_wait")
    if timer is not None and timer.code.startswith("signal."):
        return replace(real_wait(timer), id="deadlock")
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
    sleeper = next((w for w in here if w.kind == "sleep"), None)
    if sleeper is not None and here[0].kind not in EASY:
        return Finding(
            "deadlock",
            f"Line {here[0].line} waits for {here[0].waits_for}, and holds the event loop "
            f"meanwhile: what sleeps at line {sleeper.line} cannot go on, whatever it would do.",
            "Wait with something that can be awaited: asyncio's own Lock, Event and Queue are.",
            here[0].line,
        )
    taken = slip_of(evidence, "acquires")
    if taken is not None and here[0].kind in ("lock", "place") and evidence.under:
        return Finding(
            "deadlock",
            f"Line {here[0].line} waits for {here[0].waits_for}: line {taken.line}, {taken.code}, "
            "took it by hand, and when what follows fails, nobody gives it back.",
            "Hold it with `async with`, or release it in a `finally`.",
            taken.line,
        )
    told = list(dict.fromkeys(f"line {w.line} waits for {w.waits_for}" for w in here))
    who = "; ".join(told[:3])
    wait = "these waits" if len(told) > 1 else "the wait"
    return Finding(
        "deadlock",
        f"{who[:1].upper()}{who[1:]}, and nothing is left that could end {wait}.",
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
    step = "Give it an end, or wait for the thing itself instead of asking again and again."
    if most is not None and most.times > 1:
        line, again = most.line, f", after {count(most.times, 'round')}"
    else:
        line, again = next((w.line for w in evidence.waiting if w.line is not None), None), ""
        step = "Compare how long it waits with the task's figures, which are in seconds."
    where = f"line {line} still waits" if line else "the code still waits"
    end = next((w.line for w in evidence.waiting if w.kind in ENDS and w.line), None)
    if again and end is not None and end != line:
        where = f"line {line} still goes on{again[1:]}, and line {end} waits for its end"
        again = ""
        step = "Give it an end, or do not wait for it: cancel it when the work is done."
    return Finding(
        "never-finishes",
        f"After {finding.went_on(evidence)} on the clock, {where}{again}.",
        step,
        line,
    )


def network_refused(evidence: Evidence) -> Finding | None:
    if not evidence.refused:
        return None
    call = evidence.refused[0]
    if call.what.endswith(" without httpx"):
        return Finding(
            "network-refused",
            f"The code called {call.what}: only what httpx asks reaches the tests' stand-in, and "
            "nothing left this machine.",
            "Ask with httpx.AsyncClient, which does not block the event loop either.",
            call.line,
        )
    return Finding(
        "network-refused",
        f"The code called {call.what}, which this exercise does not have; "
        "nothing left this machine.",
        "Compare the method, the address and its slashes with the task, and where your code puts "
        "them together.",
        call.line,
    )


SHIELD = (
    "Give the work a task of its own, and let each caller await that through asyncio.shield: "
    "a caller's cancellation goes into whatever it awaits."
)


def taken_along(evidence: Evidence) -> Finding | None:
    """A visitor left, and another one's request was cancelled with what both waited for."""
    error = evidence.error
    if evidence.circumstance != "someone_leaves" or error is None:
        return None
    if "the app cancelled its own request" not in error.message:
        return None
    where = f"line {error.line}" if error.line else "it"
    return Finding(
        "shared-cancel",
        f"This request was cancelled with the one that left: {where} waits for work that the other "
        "one waits for, too.",
        SHIELD,
        error.line,
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
        SHIELD,
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
    over = _endpoint_end(evidence, check)
    if not check.status and over is not None:
        return Finding(
            "disconnect-unheard",
            f"The visitor left at {seconds(check.left)}, your endpoint ended at {seconds(over)}, "
            f"and {check.name}{line} {until}.",
            "Cancel the task that it runs in, and wait until that has ended, before you leave.",
            check.line,
        )
    if not check.status:
        return Finding(
            "disconnect-unheard",
            f"The visitor left at {seconds(check.left)}, and {check.name}{line} {until}.",
            "Listen for `http.disconnect` while the work runs; when it comes, cancel the work and "
            "wait until it has ended.",
            check.line,
        )
    found = finding.outlived(check.status, check.left, check.name, check.line, check.end)
    idle = misuse.nothing_waits(evidence)
    return found if idle is None else replace(idle, why=f"{found.why} {idle.why}")


def _endpoint_end(evidence: Evidence, check: OutlivedCheck) -> float | None:
    """When the endpoint that had begun the call ended, if that was before the call's own end."""
    call = next((s for s in evidence.spans if s.label == check.name and s.end > check.left), None)
    own = [s for s in evidence.spans if s.kind == "coroutine" and s.outcome != "running"]
    around = [
        s.end for s in own if call is not None and s.start <= call.start and s.end >= check.left
    ]
    over = max(around, default=None)
    return over if over is not None and call is not None and over < call.end else None


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
            "Return after the `finally` block, which is only for cleaning up.",
            instead.line,
        )
    takes = slip_of(evidence, "swallows") or slip_of(evidence, "converts")
    where = f": line {takes.line} catches CancelledError as well" if takes is not None else ""
    if takes is not None and takes.kind == "converts":
        where += ", and raises something else in its place"
    return Finding(
        "swallowed-cancel",
        f"The task was cancelled, and went on{where}.",
        "Let CancelledError pass: clean up in `finally`, or raise it again.",
        takes.line if takes is not None else line,
    )
