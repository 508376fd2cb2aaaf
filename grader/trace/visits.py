"""Whose work is it: each request of a suite is a visit, and what runs for it knows which."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar
from dataclasses import dataclass, field
from typing import Any

_visit: ContextVar["Visit | None"] = ContextVar("_visit", default=None)


@dataclass(eq=False)
class Visit:
    """One request, from its start until its response is there or its visitor has left.

    `number` counts from 0 in one test; `request` is what was sent, `values` are the single values
    in it once somebody has asked for them, and `status` is what came, 0 while nothing has come;
    `cancelled` is the CancelledError with which the app ended. `line` is where its endpoint gave
    the response, and `read` what the suite has made of that. Seconds are the clock's.
    """

    number: int
    label: str
    start: float
    request: Any = None
    end: float | None = None
    status: int = 0
    values: set[str] | None = None
    cancelled: BaseException | None = None
    line: int | None = None
    read: list[Any] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.end is not None

    def enter(self, context: Context) -> None:
        """Whatever runs in `context`, and what that starts, belongs to this visit."""
        context.run(_visit.set, self)


def current() -> Visit | None:
    """The visit for which this code runs; None in a lifespan, or in the suite itself."""
    return _visit.get()


@contextmanager
def belongs_to(visit: Visit | None) -> Iterator[None]:
    """What runs in the block belongs to that visit: a thread of a pool serves one, then another."""
    token = _visit.set(visit)
    try:
        yield
    finally:
        _visit.reset(token)
