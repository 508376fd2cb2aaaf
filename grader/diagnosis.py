"""From what a failed test observed to why it failed: pure functions over Evidence.

The rules stand in order, causes before their consequences; the first that fits speaks.
`IDS` is the closed list of diagnoses that a report may carry.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.model import Check, Evidence, Failure, Leftover, Problem, Span
from grader.wording import count, seconds

IDS = {
    "missing-name": "The suite looked for a name that the file does not have.",
    "not-written": "The stub's NotImplementedError is still there.",
    "busy-loop": "The code computed on and on without an await or an end.",
    "deadlock": "Everything waits, and nothing is left that could wake it.",
    "never-finishes": "The code was still going on after hours of virtual time.",
    "network-refused": "A call went to a host that the exercise does not have.",
    "forgotten-await": "A coroutine was made and never awaited.",
    "server-error": "An exception left the answer's code.",
    "swallowed-cancel": "A cancelled task went on as if nothing had happened.",
    "lost-exception": "A task failed and nobody looked at its exception.",
    "blocked-loop": "A call held the event loop's thread: nothing else could run.",
    "thread-pool-queue": "More calls than the thread pool has threads: the rest queued.",
    "one-after-another": "Work that could overlap ran one after the other.",
    "too-few-in-flight": "Less ran at the same time than could have.",
    "too-many-in-flight": "More ran at the same time than was allowed.",
    "too-slow": "It took longer than expected, for a reason the trace does not show.",
    "too-early": "The result was there before its work was done.",
    "fire-and-forget": "The response left while its work was still running.",
    "still-running": "A task, client, session or connection was left open.",
    "called-too-often": "A function was called more often than it should be.",
    "not-called": "A function that should have been called was not.",
    "wrong-argument": "A function was called with something else than it should be.",
    "wrong-status": "The response has another status code.",
    "wrong-value": "The value differs from the expected one.",
    "unexpected-error": "The suite met an exception that it did not expect.",
}


@dataclass(frozen=True)
class Finding:
    """What a rule found: the id, why, what to do next, and the line it is about."""

    id: str
    why: str
    next: str
    line: int | None = None


Rule = Callable[[Evidence], Finding | None]


def diagnose(evidence: Evidence, file: str) -> Failure:
    """The one Failure that a test's evidence comes down to."""
    finding = next((found for rule in RULES if (found := rule(evidence))), None)
    if finding is None:
        finding = _unexpected(evidence)
    expected, actual = _facts(evidence)
    return Failure(
        expected=expected,
        actual=actual,
        diagnosis=finding.id,
        why=finding.why,
        next=finding.next,
        file=file,
        line=finding.line,
    )


def is_not_written(evidence: Evidence) -> bool:
    """Is the stub's own NotImplementedError what made the test fail."""
    problems = [evidence.error, *evidence.server_errors]
    return any(p is not None and p.type == "NotImplementedError" and p.line for p in problems)


def _facts(evidence: Evidence) -> tuple[str, str]:
    if evidence.check is not None:
        check = evidence.check
        path = check.detail.get("path")
        where = f" at {path}" if path else ""
        return check.expected + where, check.actual
    if evidence.waiting:
        return "the test to end", "it could never go on"
    if evidence.error is not None:
        return "the test to end", f"{evidence.error.type}: {evidence.error.message}"
    return "the test to end", "it did not"


# -- the rules, in order -----------------------------------------------------


def _missing_name(evidence: Evidence) -> Finding | None:
    check = _check(evidence, "missing_name")
    if check is None:
        return None
    name, close = check.detail.get("name", "app"), check.detail.get("close")
    why = f"The suite looks for {name}, and the file has no such name"
    why += f": it has {close}." if close else "."
    step = f"Did you mean to call {close} {name}?" if close else f"Define {name} again."
    return Finding("missing-name", why, step)


def _not_written(evidence: Evidence) -> Finding | None:
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


def _busy_loop(evidence: Evidence) -> Finding | None:
    if evidence.error is None or evidence.error.type != "Timeout":
        return None
    where = f"Line {evidence.error.line}" if evidence.error.line else "The code"
    return Finding(
        "busy-loop",
        f"{where} was still busy when the grader's real-time guard ended the test: it runs "
        "without ever waiting, so neither time nor any other task can move.",
        "Let the loop end, or await something that takes time in it.",
        evidence.error.line,
    )


def _deadlock(evidence: Evidence) -> Finding | None:
    if evidence.error is None or evidence.error.type not in ("Deadlock", "Endless"):
        return None
    here = [waiting for waiting in evidence.waiting if waiting.line is not None]
    line = here[0].line if here else evidence.error.line
    if evidence.error.type == "Endless":
        return Finding(
            "never-finishes",
            f"{evidence.error.message[:1].upper()}{evidence.error.message[1:]} on the clock; "
            f"line {line} keeps it going.",
            "Give the loop an end, or wait for the thing itself instead of asking again and again.",
            line,
        )
    if not here:
        return Finding(
            "deadlock",
            "Everything waits, and nothing is left that could wake it.",
            "Look for a wait whose other side never comes: a lock held, an event never set.",
            line,
        )
    who = "; ".join(f"line {w.line} waits for {w.waits_for}" for w in here[:3])
    return Finding(
        "deadlock",
        f"{who[:1].upper()}{who[1:]}, and nothing is left that could bring it.",
        "Ask of each wait: who will end it, and is that one waiting too?",
        line,
    )


def _network_refused(evidence: Evidence) -> Finding | None:
    if not evidence.refused:
        return None
    line = next((s.line for s in evidence.spans if s.lane == "upstream" and s.line), None)
    return Finding(
        "network-refused",
        f"The code called {evidence.refused[0]}, which this exercise does not have; "
        "nothing left this machine.",
        "Compare the address with the one in the task, letter by letter.",
        line,
    )


def _forgotten_await(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if evidence.unawaited:
        first = evidence.unawaited[0]
        place = f" (line {first.line})" if first.line else ""
        return _unawaited(f"`{first.what}(...)` was called but never awaited{place}.", first.line)
    if check is not None and check.detail.get("how") == "coroutine":
        return _unawaited(f"The value is {check.actual}.", None)
    for problem in (evidence.error, *evidence.server_errors):
        if problem is not None and "coroutine" in problem.message and problem.type != "Deadlock":
            return _unawaited(
                f"Line {problem.line} used a coroutine as if it were its result: "
                f"{problem.type}: {problem.message}.",
                problem.line,
            )
    return None


def _unawaited(why: str, line: int | None) -> Finding:
    return Finding(
        "forgotten-await",
        f"{why} Calling an `async def` only makes a coroutine; its body has not run.",
        "Await it where you need its result.",
        line,
    )


def _server_error(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not evidence.server_errors or (check is not None and check.kind in ("time", "peak")):
        return None
    problem = next((p for p in evidence.server_errors if p.line), evidence.server_errors[0])
    return _raised("server-error", problem)


def _swallowed_cancel(evidence: Evidence) -> Finding | None:
    check = _check(evidence, "cancel")
    if check is None:
        return None
    line = _line_of(evidence, check)
    return Finding(
        "swallowed-cancel",
        "The task was cancelled, and went on.",
        "Let CancelledError pass: clean up in `finally`, or raise it again.",
        line,
    )


def _lost_exception(evidence: Evidence) -> Finding | None:
    if not evidence.lost:
        return None
    problem = evidence.lost[0]
    where = f" at line {problem.line}" if problem.line else ""
    return Finding(
        "lost-exception",
        f"A task ended with {problem.type}: {problem.message}{where}, and nobody looked at it.",
        "Await every task that you start, or look at its exception when it is done.",
        problem.line,
    )


def _hidden_failure(evidence: Evidence) -> Finding | None:
    check = _check(evidence, "failure_hidden")
    if check is None:
        return None
    return Finding(
        "lost-exception",
        f"Work that the request depends on failed, and the response says {check.actual}.",
        "Follow the exception from where it is raised: who catches it, and what becomes of it?",
        _line_of(evidence, check),
    )


def _time(evidence: Evidence) -> Finding | None:
    check = _check(evidence, "time")
    if check is None:
        return None
    expected, actual = float(check.detail["expected"]), float(check.detail["actual"])
    if actual < expected:
        return _too_early(evidence, check)
    window = _within(evidence.spans, float(check.detail["start"]), float(check.detail["end"]))
    return (
        _blocked(window, actual - expected)
        or _sequence(window, check)
        or Finding(
            "too-slow",
            f"It took {seconds(actual)} where {seconds(expected)} are possible.",
            "Compare the task's figures with what your code waits for.",
        )
    )


def _too_early(evidence: Evidence, check: Check) -> Finding:
    left = _running(evidence)
    if left is not None:
        return _forgotten_work(left)
    return Finding(
        "too-early",
        f"It was over after {check.actual}, before work that takes {check.expected} can be done.",
        "Make sure that the work is really started, and awaited before the response.",
    )


def _blocked(window: Sequence[Span], excess: float) -> Finding | None:
    blocking = [span for span in window if span.blocking]
    if sum((span.end - span.start) * span.count for span in blocking) < 0.5 * excess:
        return None
    first = max(blocking, key=lambda span: span.end - span.start)
    times = sum(span.count for span in blocking)
    again = f", {times} times" if times > 1 else ""
    line = f" at line {first.line}" if first.line else ""
    return Finding(
        "blocked-loop",
        f"{first.label}{line} blocked the event loop for {seconds(first.end - first.start)}"
        f"{again}: nothing else could run.",
        "Use a call that can be awaited, or hand the blocking one to a thread.",
        first.line,
    )


def _sequence(window: Sequence[Span], check: Check) -> Finding | None:
    work = [
        span
        for span in window
        if span.kind != "request" and span.end > span.start and not span.blocking
    ]
    total = sum(span.count for span in work)
    if total < 2:
        return None
    most = _peak(work)
    lines = {span.line for span in work if span.line}
    line = min(lines) if lines else None
    if most > 1 and most < total and len(lines) <= 1:
        if all(span.lane == "thread" for span in work):
            return Finding(
                "thread-pool-queue",
                f"{count(total, 'call')} wanted a thread and the pool has {most}: "
                "the others waited for one to come free.",
                "Waiting does not need a thread. Which way of waiting leaves the thread free?",
                line,
            )
        return Finding(
            "too-few-in-flight",
            f"At most {most} of {total} ran at the same time; the others waited for a place.",
            "Look for what lets only so many in: a semaphore, a pool, a batch.",
            line,
        )
    pair = _first_gap(work)
    if pair is None:
        return None
    before, after = pair
    if before.line == after.line:
        why = f"{count(total, 'call')} of line {before.line} ran one after the other"
        why += ": each began when the one before it had ended." if total > 2 else "."
        if before.line is None:
            why = f"{before.label} and {after.label} ran one after the other."
    else:
        why = (
            f"{_named(after)} began only when {_named(before)} had ended, "
            "though neither needs the other's result."
        )
    return Finding(
        "one-after-another",
        why,
        "Start the work that can overlap before you wait for any of it.",
        after.line or before.line,
    )


def _peak_check(evidence: Evidence) -> Finding | None:
    check = _check(evidence, "peak")
    if check is None:
        return None
    line = _line_of(evidence, check)
    if check.detail["most"] > check.detail["allowed"]:
        return Finding(
            "too-many-in-flight",
            f"{check.detail['most']} ran at the same time; the task allows "
            f"{check.detail['allowed']}.",
            "Let a fixed number in and make the others wait for a place.",
            line,
        )
    return Finding(
        "too-few-in-flight",
        f"At most {check.detail['most']} ran at the same time, "
        f"where {check.detail['allowed']} can.",
        "Look for what lets only so many in: a lock, a semaphore, a wait between two starts.",
        line,
    )


def _calls(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if check is None or check.kind not in ("not_called", "called_too_often", "arguments"):
        return None
    name = check.detail["name"]
    line = _line_of(evidence, check)
    if check.kind == "arguments":
        return Finding(
            "wrong-argument",
            f"{name} was called with other arguments than the request asks for.",
            "Pass on what came in with the request.",
            check.detail.get("line"),
        )
    if check.kind == "called_too_often":
        return Finding(
            "called-too-often",
            f"{name} ran {count(check.detail['ran'], 'time')}; "
            f"{check.detail['times']} would be right.",
            "Keep the result of the first call and use it again.",
            line,
        )
    left = _running(evidence)
    if left is not None:
        return _forgotten_work(left)
    return Finding(
        "not-called",
        f"{name} ran {count(check.detail.get('ran', 0), 'time')}.",
        f"Call {name} where the task says so, and wait for it.",
        line,
    )


def _left_open(evidence: Evidence) -> Finding | None:
    check = _check(evidence, "left_open")
    if check is None:
        return None
    line = check.detail.get("line")
    return Finding(
        "still-running",
        f"{check.actual[:1].upper()}{check.actual[1:]} was left open"
        + (f"; line {line} made it." if line else "."),
        "Close what you open, also when something fails: a `with` block does both.",
        line,
    )


def _value(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if check is None or check.kind not in ("value", "status"):
        return None
    left = _running(evidence)
    if left is not None:
        return _forgotten_work(left)
    if check.kind == "status":
        return Finding(
            "wrong-status",
            f"The response has {check.actual}; the task asks for {check.expected}.",
            "Look at which case this test is about, and what your code does in it.",
        )
    path = check.detail.get("path")
    where = f"`{path}` is" if path else "The value is"
    return Finding(
        "wrong-value",
        f"{where} {check.actual}; expected {check.expected}.",
        "Compare with the shape that the task shows, types included.",
    )


RULES: tuple[Rule, ...] = (
    _missing_name,
    _not_written,
    _busy_loop,
    _deadlock,
    _network_refused,
    _forgotten_await,
    _server_error,
    _swallowed_cancel,
    _lost_exception,
    _hidden_failure,
    _time,
    _peak_check,
    _calls,
    _left_open,
    _value,
)


# -- helpers -----------------------------------------------------------------


def _unexpected(evidence: Evidence) -> Finding:
    if evidence.error is not None and evidence.error.line is not None:
        return _raised("server-error", evidence.error)
    if evidence.error is not None:
        return _raised("unexpected-error", evidence.error)
    check = evidence.check
    said = f"expected {check.expected}, got {check.actual}" if check else "the test failed"
    return Finding("unexpected-error", f"{said[:1].upper()}{said[1:]}.", "Read the task again.")


def _raised(id: str, problem: Problem) -> Finding:
    where = f" at line {problem.line}" if problem.line else ""
    message = f": {problem.message}" if problem.message else ""
    return Finding(
        id,
        f"{problem.type}{message}{where}.",
        "Follow that line: which value or call does not do what the line expects?",
        problem.line,
    )


def _check(evidence: Evidence, kind: str) -> Check | None:
    check = evidence.check
    return check if check is not None and check.kind == kind else None


def _line_of(evidence: Evidence, check: Check) -> int | None:
    name = str(check.detail.get("name", ""))
    lines = (s.line for s in evidence.spans if s.label.startswith(name) and s.line)
    return check.detail.get("line") or next(lines, None)


def _running(evidence: Evidence) -> Leftover | None:
    """Work of the answer that was still going on when the check was made."""
    if evidence.leftovers:
        return evidence.leftovers[0]
    for span in evidence.spans:
        if span.outcome == "running" and span.kind != "request" and span.line is not None:
            return Leftover(what=span.label, line=span.line)
    return None


def _forgotten_work(left: Leftover) -> Finding:
    line = f" (line {left.line})" if left.line else ""
    return Finding(
        "fire-and-forget",
        f"{left.what[:1].upper()}{left.what[1:]} was still running when the response left{line}.",
        "Wait for the work whose result or effect the response promises.",
        left.line,
    )


def _within(spans: Sequence[Span], start: float, end: float) -> list[Span]:
    return [span for span in spans if span.start < end and span.end > start]


def _peak(spans: Sequence[Span]) -> int:
    changes = [(span.start, span.count) for span in spans]
    changes += [(span.end, -span.count) for span in spans]
    most = now = 0
    for _, change in sorted(changes):
        now += change
        most = max(most, now)
    return most


def _first_gap(spans: Sequence[Span]) -> tuple[Span, Span] | None:
    """The two longest neighbours of which the second began when the first had ended."""
    pairs = [
        (before, after)
        for before in spans
        for after in spans
        if before is not after and before.end <= after.start + 1e-9
    ]
    return max(
        pairs,
        key=lambda p: min(p[0].end - p[0].start, p[1].end - p[1].start) - (p[1].start - p[0].end),
        default=None,
    )


def _named(span: Span) -> str:
    return f"{span.label} (line {span.line})" if span.line else span.label
