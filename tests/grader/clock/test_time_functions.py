"""time.monotonic and its kin, time.sleep, and the arithmetic of moments."""

import asyncio
import json
import time

import pytest

from grader.clock import VirtualClock, VirtualLoop, current
from grader.system import HAS_POSIX

CLOCKS = {
    "monotonic": time.CLOCK_MONOTONIC,
    "perf_counter": time.CLOCK_MONOTONIC,
    "time": time.CLOCK_REALTIME,
}
ULP = 1e-6
"""More than a float's last digit at any of these clocks' values."""


def is_real(name: str) -> bool:
    """Do time.<name>() and its _ns twin read the operating system's clock?"""
    clock = CLOCKS[name]
    before = time.clock_gettime_ns(clock)
    seconds: float = getattr(time, name)()
    nanoseconds: int = getattr(time, name + "_ns")()
    after = time.clock_gettime_ns(clock)
    return before / 1e9 - ULP <= seconds <= after / 1e9 + ULP and before <= nanoseconds <= after


@pytest.mark.parametrize("name", CLOCKS)
def test_a_clock_is_real_before_and_after(name: str) -> None:
    """Before a virtual loop is made and after it has closed, each clock reads real time."""
    assert is_real(name)
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(asyncio.sleep(3600))
        assert not is_real(name)
    assert is_real(name)


@pytest.mark.parametrize("name", CLOCKS)
def test_a_clock_follows_the_loop(loop: VirtualLoop, name: str) -> None:
    """While a virtual loop runs, each clock advances by what the program sleeps."""

    async def program() -> tuple[float, int]:
        seconds, nanoseconds = getattr(time, name), getattr(time, name + "_ns")
        start, start_ns = seconds(), nanoseconds()
        await asyncio.sleep(1.5)
        return seconds() - start, nanoseconds() - start_ns

    assert loop.run_until_complete(program()) == (1.5, 1_500_000_000)


def test_a_thread_reads_the_loops_clock(loop: VirtualLoop) -> None:
    """A worker thread and the loop that started it read the same time."""

    async def program() -> tuple[float, float]:
        await asyncio.sleep(0.25)
        return await asyncio.to_thread(time.monotonic), time.monotonic()

    assert loop.run_until_complete(program()) == (0.25, 0.25)


@pytest.mark.skipif(not HAS_POSIX, reason="it needs a real clock beside time.time, to compare")
def test_the_clock_starts_at_zero(loop: VirtualLoop) -> None:
    """A new loop's time is 0, on all clocks but the calendar's, which starts now."""
    assert (loop.time(), time.monotonic(), time.perf_counter(), time.monotonic_ns()) == (0, 0, 0, 0)
    now = time.clock_gettime(time.CLOCK_REALTIME)
    assert now - 60 < time.time() <= now  # a minute for a machine that is very busy


def test_the_current_clock_is_the_loops(loop: VirtualLoop) -> None:
    """`current` is the loop's clock, in its own thread and in its workers."""
    assert current() is loop.clock
    assert loop.run_until_complete(asyncio.to_thread(current)) is loop.clock


def test_sums_of_moments_are_whole_nanoseconds(loop: VirtualLoop) -> None:
    """A moment plus 0.1 plus 0.2 lies exactly 0.3 later, from either side."""
    start = loop.time()
    assert start + 0.1 + 0.2 - start == 0.3
    assert 0.2 + (0.1 + start) == 0.3
    assert 0.3 - (start + 0.1) == 0.2


def test_sleeps_add_up_without_crumbs(loop: VirtualLoop) -> None:
    """Ten sleeps of 0.1 s end at 1 s, on the loop and in a thread."""

    async def program() -> None:
        for _ in range(10):
            await asyncio.sleep(0.1)
        for _ in range(10):
            await asyncio.to_thread(time.sleep, 0.1)

    loop.run_until_complete(program())
    assert loop.time() == 2.0


def test_a_moment_is_a_float_to_others(loop: VirtualLoop) -> None:
    """A moment can be rounded, formatted and written as JSON like any float."""
    loop.run_until_complete(asyncio.sleep(1.25))
    now = loop.time()
    assert isinstance(now, float)
    assert (f"{now:.1f}", str(now), json.dumps(now), round(now)) == ("1.2", "1.25", "1.25", 1)


@pytest.mark.parametrize("wait", [0.3, 1 / 3, 1e-9, 1e-12])
def test_a_loop_that_waits_for_a_deadline_ends(loop: VirtualLoop, wait: float) -> None:
    """Sleeping for what is left until a deadline reaches it, whatever the digits."""

    async def program() -> int:
        await asyncio.sleep(0.1)
        await asyncio.sleep(0.2)
        deadline = loop.time() + wait
        rounds = 0
        while loop.time() < deadline:
            await asyncio.sleep(deadline - loop.time())
            rounds += 1
        return rounds

    assert loop.run_until_complete(program()) <= 1
    assert loop.time() == round(0.3 + wait, 9)


@pytest.mark.parametrize("name", CLOCKS)
def test_a_thread_that_waits_for_a_deadline_ends(loop: VirtualLoop, name: str) -> None:
    """A thread that sleeps for what is left until a deadline on any clock reaches it."""
    clock = getattr(time, name)

    def work() -> None:
        time.sleep(0.1)
        deadline = clock() + 0.7
        while clock() < deadline:
            time.sleep(deadline - clock())

    loop.run_until_complete(asyncio.to_thread(work))
    assert loop.time() == pytest.approx(0.8, abs=2e-7)  # the calendar's floats end there


def test_call_at_fires_at_its_moment(loop: VirtualLoop) -> None:
    """Timers fire in the order of their moments, each at its own."""

    async def program() -> list[float]:
        fired: list[float] = []
        for moment in (0.3, 0.1, 0.2):
            loop.call_at(moment, lambda: fired.append(loop.time()))
        await asyncio.sleep(1)
        return fired

    assert loop.run_until_complete(program()) == [0.1, 0.2, 0.3]


def test_a_timer_between_two_nanoseconds_is_not_early(loop: VirtualLoop) -> None:
    """A timer for a moment just after 0.3 s fires at the next nanosecond."""

    async def program() -> float:
        fired: asyncio.Future[float] = loop.create_future()
        loop.call_at(0.1 + 0.2, lambda: fired.set_result(loop.time()))
        return await fired

    assert loop.run_until_complete(program()) == 0.300000001


@pytest.mark.parametrize("seconds", [-1, -1e-12])
def test_a_negative_sleep_is_refused(loop: VirtualLoop, seconds: float) -> None:
    """time.sleep refuses a negative length with the real one's words, also in a thread."""
    with pytest.raises(ValueError, match=r"^sleep length must be non-negative$"):
        time.sleep(seconds)
    with pytest.raises(ValueError, match=r"^sleep length must be non-negative$"):
        loop.run_until_complete(asyncio.to_thread(time.sleep, seconds))


def test_a_sleep_that_is_no_number_is_refused(loop: VirtualLoop) -> None:
    """time.sleep refuses text."""
    with pytest.raises(TypeError):
        time.sleep("1")  # type: ignore[arg-type]


def test_a_sleep_in_a_thread_blocks_nothing(loop: VirtualLoop) -> None:
    """Of two calls of time.sleep, only the one on the loop's thread is a blocking call."""

    async def program() -> None:
        await asyncio.to_thread(time.sleep, 1)
        time.sleep(0.5)

    loop.run_until_complete(program())
    [held] = loop.clock.blocking
    assert (held.call, held.file, held.start, held.end) == ("time.sleep(0.5)", __file__, 1.0, 1.5)


def test_a_blocking_call_stops_the_loop_but_no_thread(loop: VirtualLoop) -> None:
    """While time.sleep holds the loop, its timers are late and threads are not."""

    async def program() -> list[float]:
        worker = asyncio.create_task(asyncio.to_thread(work))
        timer = asyncio.create_task(asyncio.sleep(1))
        await asyncio.sleep(0)
        time.sleep(3)
        await timer
        return [await worker, loop.time()]

    def work() -> float:
        time.sleep(1)
        return time.monotonic()

    assert loop.run_until_complete(program()) == [1.0, 3.0]


def test_a_sleep_before_the_loop_runs_is_no_blocking_call(loop: VirtualLoop) -> None:
    """time.sleep outside a running loop moves the clock and blocks nothing."""
    time.sleep(2)
    assert loop.time() == 2.0
    assert loop.clock.blocking == []


def test_a_clock_needs_no_loop() -> None:
    """A VirtualClock by itself moves when its only participant sleeps."""
    clock = VirtualClock()
    clock.enter()
    clock.register()
    clock.sleep(0.1)
    clock.sleep(0.2)
    assert clock.now() == 0.3


def test_an_event_loop_in_a_worker_thread_shares_the_clock(loop: VirtualLoop) -> None:
    """asyncio.run inside a worker thread sleeps on the clock of the loop that started it."""

    async def inner() -> float:
        await asyncio.gather(asyncio.sleep(0.5), asyncio.to_thread(time.sleep, 1))
        return time.monotonic()

    async def program() -> list[float]:
        return await asyncio.gather(
            *[asyncio.to_thread(lambda: asyncio.run(inner())) for _ in range(2)]
        )

    assert loop.run_until_complete(program()) == [1.0, 1.0]
    assert loop.clock.blocking == []
