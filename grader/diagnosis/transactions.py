"""Rules about what was stored in a database, when, and for whom."""

from grader.diagnosis.finding import Finding
from grader.model.checks import HalfDoneCheck
from grader.model.evidence import Evidence, TimeCheck, ValueCheck
from grader.model.stored import Stored
from grader.wording import seconds

SAME = 1e-3
"""Seconds by which a wait may reach beyond the connection that was out."""
WAITS = ("upstream", "sleep", "call")
"""Kinds of spans that need no connection; a `call` is a stand-in's, which has none."""
LEND = (
    "Give each piece of work a connection of its own. Where they share one, lend it to one at a "
    "time, and roll back when it is given back, whatever has happened."
)


def half_done(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, HalfDoneCheck):
        return None
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
    if isinstance(check, TimeCheck) and check.actual_seconds <= check.expected_seconds:
        return None
    waits = [s for s in evidence.spans if s.kind in WAITS and s.end > s.start]
    outs = [s for s in evidence.spans if s.kind == "connection" and s.line]
    found = [
        (out, wait)
        for out in outs
        for wait in waits
        if out.start <= wait.start + SAME and out.end >= wait.end - SAME
    ]
    if not found:
        return None
    out, wait = found[0]
    return Finding(
        "held-over-io",
        f"The connection of line {out.line} was out of the pool from {seconds(out.start)} to "
        f"{seconds(out.end)}, also while line {wait.line} waited for {wait.label}: nobody else "
        "could use it.",
        "End the transaction before that wait: leave the session's block, or commit, or close.",
        out.line,
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


def check_then_act(evidence: Evidence) -> Finding | None:
    """Many looked before the first one wrote, and each wrote by what it had seen."""
    stale = evidence.stale
    if stale is None or not isinstance(evidence.check, ValueCheck):
        return None
    when = f"at {seconds(stale.start)}"
    if stale.end > stale.start:
        when = f"from {seconds(stale.start)} to {seconds(stale.end)}"
    return Finding(
        "check-then-act",
        f"{evidence.check.actual[:1].upper()}{evidence.check.actual[1:]}; the task asks for "
        f"{evidence.check.expected}. {stale.requests} requests read at line {stale.line}, {when}, "
        f"and the first of them wrote at {seconds(stale.at)} (line {stale.write}): all saw what "
        "was there before.",
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
    who = f"Lines {known}" if len(lines) == 2 else f"Line {known} and another task"
    return Finding(
        "shared-session",
        f"{who if lines else 'Two tasks'} used one connection at the same time. It runs one query "
        "after the other here; other databases may raise an error.",
        "Give each task a session of its own: make it, use it and close it in the task.",
        lines[-1] if lines else None,
    )


def _what(check: HalfDoneCheck) -> str:
    if check.actual == check.wanted:
        return f"It is {check.actual}: the change was kept, and it should be {check.was} as before."
    if check.actual == check.was:
        return f"It is {check.actual} as before: the response says that the change was made."
    return (
        f"It is {check.actual}: half of the change was kept. All of it would be "
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
