"""Transactions as the database saw them: who wrote, who stored it, and when."""

from collections.abc import Sequence
from typing import NamedTuple

from grader.model.stored import Stored
from grader.trace.visits import Visit

MAX = 50
"""Commits that the evidence holds: the last ones."""


class Write(NamedTuple):
    """A statement that changed rows: at which line, and for which request."""

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
