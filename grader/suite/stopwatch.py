"""The `clock` fixture: durations that a suite demands."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from grader.clock import wall
from grader.clock.membership import Clock
from grader.clock.virtual import VirtualClock
from grader.model.checks import ShutdownCheck
from grader.model.evidence import TimeCheck
from grader.suite.checks import CheckFailed
from grader.wording import seconds

RELATIVE_SLACK = 0.05
"""Share of an expected duration that an unusual right answer may spend otherwise."""
ABSOLUTE_SLACK = 0.02
"""Seconds that it may spend on top: a harmless `sleep(0.01)` passes."""

_sleep = asyncio.sleep


def goal_of(item: Any) -> float | None:
    """When what a pytest item has checked last should have been there, if it measures at all."""
    watch = getattr(item, "funcargs", {}).get("clock")
    if not isinstance(watch, Stopwatch) or watch.goal is None:
        return None
    return max(0.0, round(watch.goal, 6))


class Stopwatch:
    """Measures on the clock of the running test."""

    def __init__(
        self, clock: Clock, stretch: float = 1.0, requests: Callable[[], int] = lambda: 0
    ) -> None:
        self.clock = clock
        self.stretch = stretch
        self.requests = requests
        """How many there have been: on a real clock each is work."""
        self.goal: float | None = None
        """The moment at which what was checked last should have been there."""
        if clock.is_virtual:
            self.relative, self.absolute = RELATIVE_SLACK, ABSOLUTE_SLACK
        else:
            self.relative, self.absolute = wall.RELATIVE_SLACK, wall.ABSOLUTE_SLACK

    def now(self) -> float:
        return self.clock.now()

    async def sleep(self, delay: float) -> None:
        """Let `delay` seconds pass without leaving a span."""
        await _sleep(delay * self.stretch)

    def slack(self, expected: float) -> float:
        slack = max(expected * self.relative, self.absolute)
        return slack if self.clock.is_virtual else slack + wall.REQUEST_SLACK * self.requests()

    @contextmanager
    def takes(
        self, expected: float, *, what: str = "", is_limit: bool = False, **instead: float
    ) -> Iterator[None]:
        """The block takes `expected` seconds; `instead` names what other figures would mean.

        `what` says what is there at its end, `what="The app had stopped"`; usually the response.
        `is_limit`: what the block waits for would take longer, and is to be ended then.

        with clock.takes(1.0, one_by_one=1.5):
            await client.post("/checkout", json={"id": order})

        Of 1.5 s the reason then says: "1.5 s is what it takes one by one." So a name goes on
        after "it takes".

        Raises CheckFailed of kind `time`.
        """
        start = self.now()
        yield
        self.check(start, self.now(), expected, what, is_limit=is_limit, **instead)

    @contextmanager
    def stops(self, expected: float, **instead: float) -> Iterator[None]:
        """The block, `await client.stop()`, takes `expected` seconds; as `takes` otherwise.

        with clock.stops(5.0, at_once=0.0, as_long_as_it_takes=30.0):
            await client.stop()

        Raises CheckFailed of kind `shutdown`.
        """
        start = self.now()
        yield
        try:
            self.check(start, self.now(), expected, "", is_limit=False, **instead)
        except CheckFailed as failed:
            took = failed.check.model_dump(exclude={"kind", "what", "is_limit"})
            raise CheckFailed(ShutdownCheck(**took)) from None

    def check_at_most(
        self, start: float, end: float, limit: float, what: str = "", **instead: float
    ) -> None:
        """`end - start` is not more than `limit` seconds; the rest as for `check`."""
        if end - start > limit * self.stretch:
            self.check(start, end, limit, what, is_limit=False, **instead)

    def check(
        self,
        start: float,
        end: float,
        expected: float,
        what: str = "",
        *,
        is_limit: bool = False,
        **instead: float,
    ) -> None:
        """`end - start` is `expected` seconds, within the slack; the rest as for `takes`."""
        if isinstance(self.clock, VirtualClock):
            self.clock.check_intact()
        expected *= self.stretch
        instead = {name: figure * self.stretch for name, figure in instead.items()}
        self.goal = float(start + expected)
        actual = round(end - start, 9)
        slack = self.slack(expected)
        if not expected - slack <= actual <= expected + slack:
            raise CheckFailed(
                TimeCheck(
                    expected=seconds(expected),
                    actual=seconds(actual),
                    expected_seconds=expected,
                    actual_seconds=actual,
                    start=float(start),
                    end=float(end),
                    instead=instead,
                    what=what,
                    is_limit=is_limit,
                )
            )
