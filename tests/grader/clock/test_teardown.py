"""Closing a virtual loop: threads that still wait end, quietly, and pools can be used again."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures

import pytest

from grader.clock import VirtualLoop, current, timing

PATIENCE = 10.0
"""Real seconds that an abandoned thread may need on a busy machine until it has ended."""

Wait = Callable[[], object]


@pytest.fixture(autouse=True)
def _no_thread_complains(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """A thread that is ended prints no traceback and logs nothing."""
    complaints: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda news: complaints.append(news.exc_value))
    yield
    assert complaints == []
    assert caplog.records == []


def all_dead(threads: list[threading.Thread]) -> bool:
    """Join `threads` in real time."""
    for thread in threads:
        thread.join(PATIENCE)
    return not any(thread.is_alive() for thread in threads)


def sleep_long() -> None:
    time.sleep(3600)


def wait_for_ever() -> object:
    return threading.Event().wait()


def wait_for_a_lock() -> object:
    lock = threading.Lock()
    lock.acquire()
    return lock.acquire()


def wait_stubbornly() -> None:
    try:
        time.sleep(3600)
    finally:
        time.sleep(3600)


@pytest.mark.parametrize("wait", [sleep_long, wait_for_ever, wait_for_a_lock, wait_stubbornly])
@pytest.mark.parametrize("in_pool", [True, False])
def test_an_abandoned_thread_ends_with_the_loop(wait: Wait, in_pool: bool) -> None:
    """A thread that still waits when its loop closes ends soon, in a pool or by itself."""
    threads: list[threading.Thread] = []

    def work() -> None:
        threads.append(threading.current_thread())
        wait()

    async def program() -> None:
        if in_pool:
            asyncio.get_running_loop().run_in_executor(None, work)
        else:
            threading.Thread(target=work).start()
        await asyncio.sleep(1)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(program())
        assert runner.get_loop().time() == 1.0
    assert len(threads) == 1
    assert all_dead(threads)


def test_idle_workers_end_with_the_loop() -> None:
    """The default executor's threads, all of them idle, are gone after the loop has closed."""
    threads: set[threading.Thread] = set()

    def work() -> None:
        threads.add(threading.current_thread())
        time.sleep(1)

    async def program() -> None:
        await asyncio.gather(*[asyncio.to_thread(work) for _ in range(8)])

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(program())
    assert len(threads) == 8
    assert all_dead(list(threads))


def test_many_threads_end_in_one_condition() -> None:
    """Threads that wait for one condition leave it one after the other, each owning its lock."""
    condition = threading.Condition()
    owned: list[bool] = []

    def work() -> None:
        with condition:
            try:
                condition.wait()
            finally:
                # A real wait of 10 ms: long enough for the next one to find the lock taken.
                timing._sleep(0.01)
                owned.append(condition._is_owned())  # type: ignore[attr-defined]

    threads = [threading.Thread(target=work) for _ in range(8)]

    async def program() -> None:
        for thread in threads:
            thread.start()
        await asyncio.sleep(1)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(program())
    assert all_dead(threads)
    assert owned == [True] * 8


def test_a_pool_outlives_its_clock() -> None:
    """A pool made once serves one loop after the other, and then real time."""
    pool = futures.ThreadPoolExecutor(2)

    async def program() -> None:
        loop = asyncio.get_running_loop()
        await asyncio.gather(*[loop.run_in_executor(pool, time.sleep, 1) for _ in range(4)])

    for _ in range(3):
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(program())
            assert runner.get_loop().time() == 2.0
    assert pool.submit(current).result(PATIENCE) is None
    pool.shutdown()


def test_a_pool_left_in_mid_job_serves_the_next_loop() -> None:
    """A pool whose threads were ended in the middle of a job works for the next loop alone."""
    pool = futures.ThreadPoolExecutor(2)

    async def leave() -> None:
        for _ in range(5):
            pool.submit(time.sleep, 3600)
        await asyncio.sleep(1)

    async def use() -> None:
        loop = asyncio.get_running_loop()
        await asyncio.gather(*[loop.run_in_executor(pool, time.sleep, 1) for _ in range(2)])
        pool.shutdown()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(leave())
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(use())
        assert runner.get_loop().time() == 1.0


def test_a_worker_that_is_ended_takes_no_job_of_the_next_loop() -> None:
    """A pool's worker that needs a while to end leaves the next loop's jobs alone."""
    pool = futures.ThreadPoolExecutor(1)

    def end_slowly() -> None:
        try:
            time.sleep(3600)
        finally:
            timing._sleep(0.02)  # a real wait: it is still ending when the next loop runs

    def work() -> object:
        timing._sleep(0.05)  # a real wait: the second job is queued until the other has ended
        return current()

    async def leave() -> None:
        pool.submit(end_slowly)
        await asyncio.sleep(1)

    async def use() -> list[object]:
        loop = asyncio.get_running_loop()
        return await asyncio.gather(*[loop.run_in_executor(pool, work) for _ in range(2)])

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(leave())
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(use()) == [current()] * 2
        pool.shutdown()


def test_a_thread_that_is_ended_takes_no_notification() -> None:
    """A notification goes to a thread that lives, not to one whose clock has closed."""
    condition = threading.Condition()
    begin = threading.Event()
    told: list[bool] = []

    def wait() -> None:
        begin.wait()
        with condition:
            told.append(condition.wait())

    def wait_on_the_clock() -> None:
        with condition:
            condition.wait()

    async def program() -> None:
        ended.start()
        await asyncio.sleep(1)

    ended = threading.Thread(target=wait_on_the_clock)
    living = threading.Thread(target=wait)
    living.start()
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(program())
        begin.set()
        while len(condition._waiters) < 2:  # type: ignore[attr-defined]
            timing._sleep(0.001)  # a real wait: the other thread lives in real time
        with condition:
            runner.close()
            condition.notify()
    assert all_dead([ended, living])
    assert told == [True]


def test_tasks_are_cancelled_when_the_loop_closes() -> None:
    """A task that is left waiting runs its clean-up, which takes virtual time."""
    ends: list[float] = []

    async def left() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.5)
            ends.append(asyncio.get_running_loop().time())

    async def program() -> None:
        tasks.append(asyncio.create_task(left()))
        await asyncio.sleep(1)

    tasks: list[asyncio.Task[None]] = []
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(program())
    assert ends == [1.5]
    assert tasks[0].cancelled()
