"""The wall clock: the same face over real time, for `--clock real`."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from grader.clock import WallClock, WallLoop, current
from grader.clock.virtual import VirtualClock
from grader.suite.stopwatch import Stopwatch


@pytest.fixture
def wall() -> Iterator[WallLoop]:
    """A wall loop, closed as asyncio.Runner closes any loop."""
    with asyncio.Runner(loop_factory=WallLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, WallLoop)
        yield loop


def hold_the_loop() -> None:
    # A real wait of 50 ms: that the wall clock measures it is what is proven.
    time.sleep(0.05)


HOLD_LINE = hold_the_loop.__code__.co_firstlineno + 2


def test_a_blocking_call_is_recorded(wall: WallLoop) -> None:
    """time.sleep on the loop's thread waits for real, and is recorded with file and line."""

    async def program() -> None:
        hold_the_loop()

    wall.run_until_complete(program())
    [held] = wall.clock.blocking
    assert (held.call, held.file, held.line) == ("time.sleep(0.05)", __file__, HOLD_LINE)
    assert 0 <= held.start <= held.end - 0.05
    assert held.end <= wall.clock.now()


def test_a_thread_blocks_nothing(wall: WallLoop) -> None:
    """time.sleep in a worker thread is no blocking call, and the thread has no clock."""

    def work() -> object:
        time.sleep(0)
        return current()

    assert wall.run_until_complete(asyncio.to_thread(work)) is None
    assert wall.clock.blocking == []


def test_the_loops_thread_is_on_the_wall_clock(wall: WallLoop) -> None:
    """While a wall loop is open its thread's clock is the loop's, and time is real."""
    assert current() is wall.clock
    assert not wall.clock.is_virtual
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    assert before <= time.monotonic_ns() <= time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def test_closing_leaves_no_clock() -> None:
    """After a wall loop has closed its thread has no clock."""
    with asyncio.Runner(loop_factory=WallLoop) as runner:
        runner.get_loop()
        assert isinstance(current(), WallClock)
    assert current() is None


def test_a_crowd_is_work_that_the_wall_clock_counts() -> None:
    """For each request the slack is longer; on a virtual clock work takes no time."""
    exact, real = (
        Stopwatch(clock, requests=lambda: 2000) for clock in (VirtualClock(), WallClock())
    )
    assert exact.slack(1.0) == pytest.approx(0.05)
    assert real.slack(1.0) == pytest.approx(Stopwatch(WallClock()).slack(1.0) + 2.0)
