"""Transactions as the database saw them: who wrote, who stored it, and when."""

from collections.abc import Sequence
from typing import NamedTuple

from grader.model.stored import AtOnce, Stale, Stored, Unended, Unmet
from grader.trace.visits import Visit

AT_ONCE = 3
"""Requests that read before the first one wrote, from which on it is no chance."""
MAX = 50
"""Commits that the evidence holds: the last ones."""


class Write(NamedTuple):
    """A statement that changed rows: at which line, and for which request."""

    line: int | None
    visit: Visit | None


class Step(NamedTuple):
    """A statement that read or that changed rows, in the order in which SQLite ran them."""

    at: float
    line: int | None
    visit: Visit
    is_read: bool


class Unchanged(NamedTuple):
    """An UPDATE that found no row to change: a DELETE may well find nothing."""

    line: int | None
    visit: Visit | None


class Commit(NamedTuple):
    """A transaction that was stored: when, at which line, by which connection (1, 2, ...), and for
    which request. `is_alone`: a statement that no transaction held was stored by itself."""

    at: float
    line: int | None
    connection: int
    visit: Visit | None
    writes: tuple[Write, ...]
    is_alone: bool


def stored(commits: Sequence[Commit], undone: Sequence[Commit]) -> list[Stored]:
    """The commits that changed rows, in order, and the rollbacks of what others had changed."""
    found = [_stored(commit) for commit in commits if commit.writes]
    found += [_stored(commit, is_undone=True) for commit in undone if _others(commit)]
    return found[-MAX:]


def stale(steps: Sequence[Step], commits: Sequence[Commit] = ()) -> Stale | None:
    """Requests that all read before the first of them wrote, and all wrote then; else those that
    read between another one's write and its commit."""
    first = next((place for place, step in enumerate(steps) if not step.is_read), len(steps))
    reads = {step.visit: step for step in reversed(steps[:first])}
    writers = {step.visit for step in steps[first:] if not step.is_read}
    both = sorted((step for visit, step in reads.items() if visit in writers), key=lambda s: s.at)
    if len(both) < AT_ONCE:
        return _before_its_commit(steps, commits)
    return Stale(
        requests=len(both),
        line=both[0].line,
        start=both[0].at,
        end=both[-1].at,
        write=steps[first].line,
        at=steps[first].at,
    )


def _before_its_commit(steps: Sequence[Step], commits: Sequence[Commit]) -> Stale | None:
    last_write = {step.visit: place for place, step in enumerate(steps) if not step.is_read}
    ends = {write.visit: commit for commit in reversed(commits) for write in commit.writes}
    for place, write in enumerate(steps):
        commit = None if write.is_read else ends.get(write.visit)
        if commit is None:
            continue
        early = [
            step
            for at, step in enumerate(steps[place:], place)
            if step.is_read and step.visit is not write.visit and step.at < commit.at
            if at < last_write.get(step.visit, 0)
        ]
        if early:
            return Stale(
                requests=len({step.visit for step in early}),
                line=early[0].line,
                start=early[0].at,
                end=early[-1].at,
                write=write.line,
                at=write.at,
                commit=commit.line,
                stored=max(0.0, commit.at),
            )
    return None


def at_once(shared: Sequence[tuple[int | None, int | None]]) -> AtOnce | None:
    """The first two lines that used one connection in two tasks."""
    found = sorted(shared, key=lambda both: both.count(None))  # who closes may have no line
    return AtOnce(first=found[0][0], second=found[0][1]) if found else None


def unmet(changes: Sequence[Unchanged]) -> list[Unmet]:
    """The updates that changed no row, of requests that were answered as if they had."""
    found = [
        Unmet(line=line, visit=visit.number, status=visit.status)
        for line, visit in changes
        if line is not None and visit is not None and 0 < visit.status < 400
    ]
    return found[:MAX]


def unended(begun: Sequence[Write]) -> list[Unended]:
    """The transactions that are open still, though the request that began them is over."""
    return [
        Unended(line=line, label="" if visit is None else visit.label)
        for line, visit in begun
        if line is not None and (visit is None or visit.is_over)
    ][:MAX]


def _others(commit: Commit) -> list[Write]:
    return [write for write in commit.writes if write.visit is not commit.visit]


def _stored(commit: Commit, *, is_undone: bool = False) -> Stored:
    visit = commit.visit
    has_left = visit is not None and visit.end is not None and visit.end < commit.at
    return Stored(
        at=max(0.0, commit.at),
        line=commit.line,
        visit=None if visit is None else visit.number,
        status=0 if visit is None else visit.status,
        is_alone=commit.is_alone,
        is_undone=is_undone,
        left=visit.end if visit is not None and has_left else None,
        of_other=next((write.line for write in _others(commit)), None),
    )
