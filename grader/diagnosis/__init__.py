"""From what a failed test observed to why it failed: pure functions over Evidence.

The rules stand in order, causes before their consequences; the first that fits speaks.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from grader.course.manifests import PAGES, Diagnosis
from grader.diagnosis import (
    called,
    causes,
    counts,
    deadlines,
    durations,
    effects,
    exceptions,
    misuse,
    places,
    plain,
    requests,
    responses,
    statuses,
    transactions,
    unseen,
    unshared,
    verdicts,
    whose,
)
from grader.diagnosis.causes import is_not_written
from grader.diagnosis.finding import Finding, Rule, brief, cut_at_once, went_on
from grader.diagnosis.ids import IDS
from grader.model.checks import ShutdownCheck
from grader.model.evidence import Evidence, TimeCheck, ValueCheck
from grader.model.report import Failure

__all__ = ["ASK_THE_AUTHOR", "IDS", "diagnose", "is_not_written", "page"]

CAUSES: tuple[Rule, ...] = (
    causes.replaced,
    verdicts.verdict,
    causes.missing_name,
    causes.not_written,
    deadlines.blocked_startup,
    causes.busy_loop,
    causes.stood_still,
    unseen.dead_task,
    exceptions.never_awaited,
    places.slot_leak,
    places.lost,
    causes.deadlock,
    causes.never_finishes,
    causes.network_refused,
    exceptions.no_yield,
    exceptions.locked_database,
    transactions.unended,
    transactions.dropped_task,
    responses.nobody_waits,
    exceptions.left_alone,
    misuse.not_waited_for,
    causes.taken_along,
    exceptions.own_error,
    exceptions.forgotten_await,
    whose.shared,
    statuses.slipped,
    whose.misfit,
    whose.altered,
    exceptions.planted_error,
    requests.unanswered,
    causes.swallowed_cancel,
    causes.shared_cancel,
    causes.outlived,
    transactions.half_done,
    transactions.undone_with_others,
    transactions.check_then_act,
    transactions.no_row,
    transactions.not_stored,
    transactions.shared_session,
    unseen.lost_exception,
    unseen.died_before,
    unseen.over,
    unseen.taken_for_a_result,
    unseen.hidden_failure,
    transactions.held_over_io,
)
CHECKS: tuple[Rule, ...] = (
    durations.time,
    counts.peak_check,
    counts.rate,
    called.calls,
    effects.left_open,
    effects.value,
    deadlines.shutdown,
    plain.plain,
)
"""After the causes, and after what the suite has named of its course's own."""


STOPPED = {
    "Deadlock": "a wait that nothing can end",
    "TimedOut": "one that did not stop computing",
    "StoodStill": "one that stood still",
}
"""How the grader ends a test that does not end, by what it raises."""


ASK_THE_AUTHOR = "Ask the author of the exercise: your file is not what is wrong."
"""The next step where the suite itself is at fault."""


def page(id: str, root: Path | None = None) -> str:
    """The Markdown page behind a diagnosis; of the course at `root`, where it is its own."""
    folder = Path(__file__).parent / "pages" if id in IDS or root is None else root / PAGES
    return (folder / f"{id}.md").read_text(encoding="utf-8")


def diagnose(evidence: Evidence, file: str, own: Iterable[Diagnosis] = ()) -> Failure:
    """The one Failure that a test's evidence comes down to; `own` are those of the course.

    It never raises. A child's evidence is not trusted: one that a rule cannot work with is
    `unexpected-error`.
    """
    rules = (*CAUSES, lambda evidence: _named(evidence, own), *CHECKS)
    try:
        finding = next((found for rule in rules if (found := rule(evidence))), None)
    except Exception:
        finding = None
    if finding is None:
        finding = _unexpected(evidence)
    finding = unshared.bounds(evidence, finding)
    expected, actual = finding.facts or _facts(evidence)
    is_timed = isinstance(evidence.check, TimeCheck | ShutdownCheck)
    return Failure(
        expected=expected,
        actual=actual,
        diagnosis=finding.id,
        why=f"{evidence.under}: {finding.why}" if _is_under(evidence) else finding.why,
        next=finding.next,
        file=file,
        line=finding.line,
        is_duration=is_timed and finding.facts is None,
        fact=finding.fact,
    )


def _is_under(evidence: Evidence) -> bool:
    """Whether the circumstance has to do with it: a content type is only looked at there."""
    check = evidence.check
    general = isinstance(check, ValueCheck) and check.path == "header content-type"
    return bool(evidence.under) and not general


def _named(evidence: Evidence, own: Iterable[Diagnosis]) -> Finding | None:
    """What the suite says that its check comes down to, where the course has that."""
    check = evidence.check
    for each in own:
        if check is not None and (check.diagnosis, check.kind) == (each.id, each.check):
            return Finding(each.id, each.means, each.next, getattr(check, "line", None))
    return None


def _facts(evidence: Evidence) -> tuple[str, str]:
    if is_not_written(evidence):
        return "your code", "the stub's NotImplementedError"
    if evidence.check is not None:
        check = evidence.check
        where = f" at {check.path}" if isinstance(check, ValueCheck) and check.path else ""
        return check.expected + where, check.actual
    awaited = "the app to start" if evidence.starting else "the test to end"
    if evidence.error is not None and evidence.error.type == "Endless":
        return awaited, f"one that went on for {went_on(evidence)} on the clock"
    stopped = STOPPED.get(evidence.error.type) if evidence.error is not None else None
    if stopped is not None:
        return awaited, stopped
    if evidence.error is not None:
        return awaited, f"{evidence.error.type}: {brief(evidence.error.message)}"
    return awaited, "it did not"


def _unexpected(evidence: Evidence) -> Finding:
    if evidence.error is not None and evidence.error.of_suite:
        said = f"{evidence.error.type}: {brief(evidence.error.message)}".rstrip(".")
        return Finding(
            "unexpected-error", f"The exercise's own test raised {said}.", ASK_THE_AUTHOR
        )
    if evidence.error is not None:
        if (misused := misuse.told_by(evidence, evidence.error)) is not None:
            return misused
        found = exceptions.raised(evidence, evidence.error)
        if cut := cut_at_once(evidence):
            found = replace(found, why=f"{found.why}{cut}")
        known = evidence.error.line is not None
        return found if known else replace(found, id="unexpected-error")
    check = evidence.check
    said = f"expected {check.expected}, got {check.actual}" if check else "the test failed"
    return Finding("unexpected-error", f"{said[:1].upper()}{said[1:]}.", "Read the task again.")
