"""Which exceptions a suite planted, which requests failed of what, and who refused one.

No exception is kept here that could keep a frame of the answer alive, and with it a session or
a connection that a test counts, except those that ended a request.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from starlette.exceptions import HTTPException

from grader.model.evidence import Refusal
from grader.security import seals
from grader.trace import lines, visits

MAX_REFUSALS = 200
"""HTTPExceptions of one test that are remembered."""


class Raised:
    """`file` is the name that the answer's code bears; `now` gives the clock's time.

    `refusals` are the HTTPExceptions that the answer made, each with its line and the exception
    that was being handled there.
    """

    def __init__(self, file: str, now: Callable[[], float]) -> None:
        self._file = file
        self._now = now
        self._planted: list[tuple[BaseException, visits.Visit | None]] = []
        self._visits: dict[int, list[visits.Visit]] = {}
        self._begun: set[int] = set()
        self.refusals: list[Refusal] = []

    def plant(self, error: BaseException) -> BaseException:
        """`error` comes from a stand-in, by the suite's order."""
        if not self.is_planted(error):
            self._planted.append((error, visits.current()))
        return error

    def is_planted(self, error: BaseException) -> bool:
        return any(error is planted for planted, _ in self._planted)

    def foreign_to(self, error: BaseException) -> list[int]:
        """The visits that `error` has ended, though another one's call had raised it."""
        origins = [visit for planted, visit in self._planted if error is planted and visit]
        ended = self._visits.get(id(error), [])
        return [visit.number for visit in ended if origins and visit not in origins]

    def ended(self, error: BaseException, visit: visits.Visit, *, begun: bool = False) -> None:
        """`error` ended the request of `visit`, whose response had `begun`."""
        if begun:
            self._begun.add(id(error))
        self._visits.setdefault(id(error), []).append(visit)

    def had_begun(self, error: BaseException) -> bool:
        return id(error) in self._begun

    def visits_of(self, error: BaseException) -> list[int]:
        """The visits whose requests ended with `error`, which the recorder keeps."""
        return [visit.number for visit in self._visits.get(id(error), [])]

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note each HTTPException that the answer makes meanwhile."""
        cls: Any = HTTPException
        make: Any = HTTPException.__init__

        def make_noting(error: HTTPException, *args: Any, **kwargs: Any) -> None:
            make(error, *args, **kwargs)
            self._note(error, sys._getframe(1))

        with seals.put(cls, "__init__", make_noting):
            yield

    def _note(self, error: HTTPException, frame: FrameType) -> None:
        line = lines.on_stack(self._file, frame)
        if line is None or len(self.refusals) == MAX_REFUSALS:
            return
        cause = sys.exc_info()[1]
        visit = visits.current()
        self.refusals.append(
            Refusal(
                status=_status(error.status_code),
                line=line,
                at=self._now(),
                visit=visit.number if visit is not None else None,
                because="" if cause is None else type(cause).__name__,
                said="" if cause is None else lines.text_of(cause),
                because_line=None if cause is None else lines.problem(self._file, cause).line,
                planted=cause is not None and self.is_planted(cause),
            )
        )


def _status(code: Any) -> int:
    return code if type(code) is int and 0 <= code < 1000 else 0
