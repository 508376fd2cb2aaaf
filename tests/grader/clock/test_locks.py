"""Locks that threads hold while they sleep, also raw ones that the clock cannot see."""

import _thread
import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest

from grader.clock import VirtualLoop, monitor


@pytest.mark.parametrize("new_lock", [threading.Lock, threading.RLock, threading.Condition])
def test_a_lock_held_over_a_sleep(
    loop: VirtualLoop, new_lock: Callable[[], AbstractContextManager[Any]]
) -> None:
    """Three threads that hold one lock for a second each end at 1, 2 and 3 s."""
    lock = new_lock()

    def work() -> float:
        with lock:
            time.sleep(1)
            return time.monotonic()

    async def program() -> list[float]:
        return await asyncio.gather(*[asyncio.to_thread(work) for _ in range(3)])

    assert sorted(loop.run_until_complete(program())) == [1.0, 2.0, 3.0]
    assert loop.clock.stalls == []


def test_an_rlock_is_taken_twice_by_its_owner(loop: VirtualLoop) -> None:
    """An RLock's owner takes it again without waiting, and others wait for the last release."""
    lock = threading.RLock()

    def work() -> None:
        with lock, lock:
            time.sleep(0.5)

    async def program() -> None:
        await asyncio.gather(asyncio.to_thread(work), asyncio.to_thread(work))

    loop.run_until_complete(program())
    assert loop.time() == 1.0


def test_acquire_gives_up_at_its_time_out(loop: VirtualLoop) -> None:
    """Of a lock held until 1 s, one acquire gives up at once, one at 0.4 s, and one gets it."""
    lock = threading.Lock()

    def hold() -> None:
        with lock:
            time.sleep(1)

    def work() -> list[tuple[bool, float]]:
        time.sleep(0.1)
        tries = []
        for arguments in ((False,), (True, 0.3), (True, 9)):
            got = lock.acquire(*arguments)
            tries.append((got, time.monotonic()))
        return tries

    async def program() -> list[tuple[bool, float]]:
        return (await asyncio.gather(asyncio.to_thread(work), asyncio.to_thread(hold)))[0]

    assert loop.run_until_complete(program()) == [(False, 0.1), (False, 0.4), (True, 1.0)]


def test_a_lock_says_what_is_wrong_with_a_time_out(loop: VirtualLoop) -> None:
    """A contended acquire refuses the arguments that the real one refuses."""
    lock = threading.Lock()
    lock.acquire()
    with pytest.raises(ValueError, match="can't specify a timeout for a non-blocking call"):
        lock.acquire(False, 1)
    with pytest.raises(ValueError, match="timeout value must be a non-negative number"):
        lock.acquire(True, -2)


def test_the_loops_thread_waits_for_a_lock(loop: VirtualLoop) -> None:
    """A lock that a thread holds until 0.5 s keeps the loop's own thread until then."""
    lock = threading.Lock()

    def hold() -> None:
        with lock:
            time.sleep(0.5)

    async def program() -> float:
        job = loop.run_in_executor(None, hold)
        await asyncio.sleep(0.1)
        with lock:
            end = time.monotonic()
        await job
        return end

    assert loop.run_until_complete(program()) == 0.5


def wait_for(future: Future[None]) -> None:
    future.result()


WAIT_LINE = wait_for.__code__.co_firstlineno + 1


def test_a_wait_for_a_thread_on_the_loops_thread_is_recorded(loop: VirtualLoop) -> None:
    """Future.result() on the loop's thread is a blocking call with its file and line."""

    async def program() -> None:
        with ThreadPoolExecutor(1) as pool:
            wait_for(pool.submit(time.sleep, 2))

    loop.run_until_complete(program())
    [held] = loop.clock.blocking
    assert (held.call, held.file, held.line) == ("Future.result()", __file__, WAIT_LINE)
    assert (held.start, held.end) == (0.0, 2.0)


def test_a_lock_outlives_a_clock() -> None:
    """A lock that was waited for on one clock works on the next one and on none."""
    lock = threading.Lock()

    def work() -> None:
        with lock:
            time.sleep(1)

    async def program() -> None:
        await asyncio.gather(*[asyncio.to_thread(work) for _ in range(3)])

    for _ in range(2):
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(program())
            assert runner.get_loop().time() == 3.0
    assert lock.acquire(timeout=0) is True


def hold_raw(lock: _thread.LockType) -> None:
    with lock:
        time.sleep(1)


RAW_LINE = hold_raw.__code__.co_firstlineno + 1


@pytest.mark.parametrize("clocks", ["of each thread", "of the process"])
def test_a_raw_lock_stalls_the_clock_and_is_named(
    loop: VirtualLoop, clocks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A raw lock held over a sleep costs a short real pause, no virtual time, and is recorded.

    Only Linux has a clock for each thread.
    """
    if clocks == "of the process":
        monkeypatch.setattr(monitor, "_clock_id", None)
    lock = _thread.allocate_lock()

    async def program() -> None:
        await asyncio.gather(*[asyncio.to_thread(hold_raw, lock) for _ in range(2)])

    loop.run_until_complete(program())
    assert loop.time() == 2.0
    assert {(stall.file, stall.line) for stall in loop.clock.stalls} == {(__file__, RAW_LINE)}
