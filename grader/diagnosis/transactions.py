"""Rules about what was stored in a database, when, and for whom."""

import re

from grader.diagnosis.finding import SAME, Finding, brief, slips_of, told
from grader.model.checks import HalfDoneCheck
from grader.model.evidence import Evidence, StatusCheck, TimeCheck, ValueCheck
from grader.model.spans import Span
from grader.model.stored import Stored, Taker, Unended
from grader.wording import count, seconds

WAITS = ("upstream", "sleep", "call")
"""Kinds of spans that need no connection; a `call` is a stand-in's, which has none."""
STATEMENT = re.compile(
    r"\.(?:commit|rollback|execute\w*|flush|scalars?|refresh|close|begin)\("
    r"|\((?:.*\W)?(?:session|connection|db)\b"
)
"""Calls of a session or a connection, and calls that are handed one."""
IN_THE_WAY = re.compile("database is locked|within a transaction")
"""What SQLite says where a transaction is open that should not be."""
WRITES = "UPDATE"
COMMIT = "Commit when all that belongs together is written; roll back on every other way out."
END_IT = "End it on every way out, also when something fails or is refused: a `with` block does."
LEND = (
    "Give each piece of work a connection of its own. Where they share one, lend it to one at a "
    "time, and roll back when it is given back, whatever has happened."
)


def half_done(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, HalfDoneCheck):
        return None
    if check.other:
        writes = [s for s in evidence.spans if s.kind == "query" and s.line and WRITES in s.label]
        return Finding(
            "wrong-value",
            f"Stored is {check.actual}: before it was {check.was}, and it should be "
            f"{check.wanted}. One of them is neither what it was nor what it should be.",
            "Compare what each statement writes with the task: which row, how much, and up or "
            "down.",
            check.line or (writes[-1].line if writes else None),
        )
    what = _what(check)
    if check.actual == check.was:
        return Finding(
            "half-done",
            what,
            "Let the response say what became of the change: look at who catches its failure.",
            check.line,
        )
    commit = _commit_of(evidence.stored)
    if commit is None:
        return Finding(
            "half-done",
            what,
            "Look for what is stored before the whole is done, also when it is cut off.",
            check.line,
        )
    why, step = _how(commit)
    return Finding("half-done", f"{what} {why}", step, commit.line)


def held_over_io(evidence: Evidence) -> Finding | None:
    """A connection was out of its pool while somebody else was waited for."""
    check = evidence.check
    if not isinstance(check, TimeCheck | ValueCheck):
        return None
    if isinstance(check, TimeCheck):
        excess = check.actual_seconds - check.expected_seconds
        if excess <= 0 or evidence.blocked >= 0.5 * excess:
            return None
    waits = [s for s in evidence.spans if s.kind in WAITS and s.end > s.start]
    outs = [s for s in evidence.spans if s.kind == "connection" and s.line]
    found = [(out, wait) for out in outs for wait in waits if _holds(out, wait)]
    if not found:
        return None
    out, wait = found[0]
    if (taker := _taker(evidence, out, wait)) is not None:
        whose = f"Line {taker.line} asks for {taker.of}, whose connection"
        if taker.by_decorator:
            whose = f"The connection of line {out.line}, in {taker.of},"
        return Finding(
            "held-over-io",
            f"{whose} {_out(out)}, also while line {wait.line} waited for {wait.label}: nobody "
            "else could use it. What stands behind that function's `yield` runs only when the "
            "response has been sent, and its background work done.",
            "Look at the `scope` of that dependency, which says when it ends, or use its "
            "connection in a block that ends before.",
            out.line if taker.by_decorator else taker.line,
        )
    return Finding(
        "held-over-io",
        f"The connection of line {out.line} {_out(out)}, also while line {wait.line} waited for "
        f"{wait.label}: nobody else could use it.",
        "End the transaction before that wait: leave the session's block, or commit, or close.",
        out.line,
    )


def _taker(evidence: Evidence, out: Span, wait: Span) -> Taker | None:
    """By which parameter the connection was kept, when its function had ended before the wait."""
    own = {s.label.partition("(")[0] for s in evidence.spans if _is_over(s, wait)}
    took = [t for t in evidence.takers if out.line and t.first <= out.line <= t.last]
    found = {taker.line: taker for taker in took if taker.user in own and not taker.is_short}
    return next(iter(found.values())) if len(found) == 1 else None


def _is_over(span: Span, wait: Span) -> bool:
    return span.kind == "coroutine" and span.outcome == "done" and span.end <= wait.start + SAME


def _holds(out: Span, wait: Span) -> bool:
    """Whether one time that the connection was out has the whole of one such wait in it."""
    return any(
        start <= began + SAME and end >= ended - SAME
        for start, end in out.turns()
        for began, ended in wait.turns()
    )


def _out(out: Span) -> str:
    if out.outcome == "running":
        return f"has been out of the pool since {seconds(out.start)}"
    return f"was out of the pool from {seconds(out.start)} to {seconds(out.end)}"


def dropped_task(evidence: Evidence) -> Finding | None:
    """A statement to the database runs in a task that nobody waits for."""
    both, check = evidence.at_once, evidence.check
    shared_at = () if both is None else (both.first, both.second)
    slip = next(
        (
            slip
            for slip in slips_of(evidence, "dropped_task")
            if slip.line in shared_at or STATEMENT.search(slip.code)
        ),
        None,
    )
    if slip is None:
        return None
    failed = any("already in progress" in p.message for p in evidence.server_errors)
    if both is None and not failed and not isinstance(check, HalfDoneCheck | ValueCheck):
        return None
    return Finding(
        "fire-and-forget",
        f"Line {slip.line} starts {slip.code} in a task, and nobody waits for it: the request goes "
        "on, and closes its connection, while that may still run.",
        "Await it where it stands.",
        slip.line,
    )


def undone_with_others(evidence: Evidence) -> Finding | None:
    """What is missing was rolled back by another request, on the same connection."""
    undone = next((s for s in evidence.stored if s.is_undone), None)
    if undone is None or not isinstance(evidence.check, ValueCheck):
        return None
    return Finding(
        "half-done",
        f"Line {undone.line} rolled back at {seconds(undone.at)} what line {undone.of_other} had "
        "written for another request: both use one connection.",
        LEND,
        undone.line,
    )


def unended(evidence: Evidence) -> Finding | None:
    """A transaction that was begun and never ended locks others out."""
    problems = [p for p in (evidence.error, *evidence.server_errors) if p is not None]
    problem = next((p for p in problems if IN_THE_WAY.search(p.message)), None)
    if problem is None or not evidence.unended:
        return None
    one = evidence.unended[0]
    where = f"line {problem.line}" if problem.line else "the test itself"
    where = "the same line" if problem.line == one.line else where
    why = f"{_unended(one)} So {where} met {problem.type}: {brief(problem.message).rstrip('.')}."
    problem = problem.model_copy(update={"line": one.line})
    return told(evidence, problem, "server-error", why, END_IT)


def not_stored(evidence: Evidence) -> Finding | None:
    """What the test misses is in a transaction that nobody has ended."""
    check = evidence.check
    if not isinstance(check, ValueCheck) or check.path or check.how != "value":
        return None
    if not evidence.unended:
        return None
    one = evidence.unended[0]
    told = f"The test found {check.actual}; the task asks for {check.expected}."
    loose = next(iter(slips_of(evidence, "dropped_task")), None)
    if loose is not None:
        return Finding(
            "fire-and-forget",
            f"{told} Line {loose.line} starts {loose.code} in a task, and nobody waits for it: the "
            f"transaction of line {one.line} had not ended.",
            "Await it where it stands.",
            loose.line,
        )
    return Finding("wrong-value", f"{told} {_unended(one)}", COMMIT, one.line)


def _unended(one: Unended) -> str:
    whose = f" for {one.label}, which is over" if one.label else ""
    return (
        f"Line {one.line} began a transaction{whose}, and nothing has committed it, rolled it back "
        "or closed its connection."
    )


def no_row(evidence: Evidence) -> Finding | None:
    """An UPDATE changed no row, and the request went on as if it had."""
    check = evidence.check
    if isinstance(check, StatusCheck):
        found = [one for one in evidence.unmet if one.visit == evidence.about]
    elif isinstance(check, ValueCheck) and not check.path and evidence.whose is None:
        found = evidence.unmet
    else:
        return None
    if not found:
        return None
    one = found[0]
    what = "The response has" if isinstance(check, StatusCheck) else "The test found"
    return Finding(
        "wrong-status" if isinstance(check, StatusCheck) else "wrong-value",
        f"{what} {check.actual}; the task asks for {check.expected}. The UPDATE at line {one.line} "
        f"changed no row, and its request was answered with {one.status} all the same.",
        "Look at how many rows the statement changed, its `rowcount`, before you go on.",
        one.line,
    )


def check_then_act(evidence: Evidence) -> Finding | None:
    """Many looked before the first one wrote, and each wrote by what it had seen."""
    stale = evidence.stale
    if stale is None or not isinstance(evidence.check, ValueCheck):
        return None
    when = f"at {seconds(stale.start)}"
    if stale.end > stale.start:
        when = f"from {seconds(stale.start)} to {seconds(stale.end)}"
    said = f"{evidence.check.actual[:1].upper()}{evidence.check.actual[1:]}; the task asks for "
    said += f"{evidence.check.expected}. {count(stale.requests, 'request')} read at line "
    said += f"{stale.line}, {when}, "
    if stale.stored is None:
        said += f"and the first of them wrote at {seconds(stale.at)} (line {stale.write}): all saw "
        said += "what was there before."
    else:
        said += f"what another one had written at {seconds(stale.at)} (line {stale.write}) and "
        said += f"committed at {seconds(stale.stored)} only (line {stale.commit}): before its "
        said += "commit nobody else sees it."
    return Finding(
        "check-then-act",
        said,
        "Look and write in one statement, or let nobody look between another one's look and its "
        "commit.",
        stale.line,
    )


def shared_session(evidence: Evidence) -> Finding | None:
    """Two tasks used one connection at the same time: it ran their queries one by one."""
    both, check = evidence.at_once, evidence.check
    if both is None or not isinstance(check, TimeCheck | ValueCheck):
        return None
    if isinstance(check, TimeCheck) and check.actual_seconds <= check.expected_seconds:
        return None
    lines = sorted({line for line in (both.first, both.second) if line})
    known = " and ".join(map(str, lines))
    where = f" at line{'s' if len(lines) > 1 else ''} {known}" if lines else ""
    return Finding(
        "shared-session",
        f"Two pieces of work shared one connection{where}, which ran their queries one after the "
        "other; other databases may raise an error.",
        "Give each its own session, on a connection of its own: make it from the session factory, "
        "use it and close it where the work is done.",
        lines[-1] if lines else None,
    )


def _what(check: HalfDoneCheck) -> str:
    if check.actual == check.wanted:
        return f"Stored is {check.actual}, which was kept; it should be {check.was} as before."
    if check.actual == check.was:
        return f"Stored is {check.actual} as before: the response says that the change was made."
    return (
        f"Stored is {check.actual}: half of the change was kept. All of it would be "
        f"{check.wanted}, and nothing of it {check.was}."
    )


def _commit_of(stored: list[Stored]) -> Stored | None:
    """The commit that kept it: of another one's work, else of a request that has failed."""
    commits = [s for s in reversed(stored) if not s.is_undone]
    others = (s for s in commits if s.of_other is not None)
    failed = (s for s in commits if s.visit is not None and not 0 < s.status < 400)
    return next(others, None) or next(failed, None)


def _how(commit: Stored) -> tuple[str, str]:
    if commit.of_other is not None:
        return (
            f"Line {commit.line} committed at {seconds(commit.at)} what line {commit.of_other} had "
            "written for another request: both use one connection.",
            LEND,
        )
    if commit.left is not None:
        return (
            f"Line {commit.line} committed at {seconds(commit.at)}, and the response had left at "
            f"{seconds(commit.left)}, with status {commit.status}.",
            "Let what cuts the request off end its work too: await it, without a shield or a task "
            "of its own.",
        )
    if commit.is_alone:
        return (
            f"No transaction was open, so line {commit.line} stored its statement by itself, at "
            f"{seconds(commit.at)}.",
            "Begin a transaction before the first statement, and commit once, after the last.",
        )
    return (
        f"Line {commit.line} committed at {seconds(commit.at)}, and so stored what had been "
        "written until then.",
        "Commit once, when the last statement has succeeded. Whatever ends the work before that "
        "has to undo it.",
    )
