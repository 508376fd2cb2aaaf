"""Threads on the clock: every wait of the standard library ends at an exact virtual time."""

import _thread
import asyncio
import itertools
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path

import aiosqlite
import pytest

from grader.clock import VirtualLoop, current, timing
from grader.system import HAS_POSIX

Wait = Callable[[], object]
STATM = Path("/proc/self/statm")


def condition_wait() -> object:
    condition = threading.Condition()
    with condition:
        return condition.wait(0.7)


def queue_get() -> object:
    with pytest.raises(queue.Empty):
        queue.Queue[int]().get(timeout=0.7)
    return False


def queue_put() -> object:
    full = queue.Queue[int](1)
    full.put(1)
    with pytest.raises(queue.Full):
        full.put(2, timeout=0.7)
    return False


def simple_queue_get() -> object:
    with pytest.raises(queue.Empty):
        queue.SimpleQueue[int]().get(timeout=0.7)
    return False


def event_wait() -> object:
    return threading.Event().wait(0.7)


def semaphore_acquire() -> object:
    return threading.Semaphore(0).acquire(timeout=0.7)


def barrier_wait() -> object:
    barrier = threading.Barrier(2)
    with pytest.raises(threading.BrokenBarrierError):
        barrier.wait(0.7)
    return False


def future_result() -> object:
    with pytest.raises(futures.TimeoutError):
        futures.Future[int]().result(0.7)
    return False


def futures_wait() -> object:
    return bool(futures.wait([futures.Future[int]()], timeout=0.7).done)


def as_completed() -> object:
    with pytest.raises(futures.TimeoutError):
        list(futures.as_completed([futures.Future[int]()], timeout=0.7))
    return False


def thread_join() -> object:
    thread = threading.Thread(target=time.sleep, args=(5,))
    thread.start()
    thread.join(0.7)
    return not thread.is_alive()


def lock_acquire() -> object:
    lock = threading.Lock()
    lock.acquire()
    return lock.acquire(timeout=0.7)


def rlock_acquire() -> object:
    lock = threading.RLock()
    holder = threading.Thread(target=lock.acquire)
    holder.start()
    holder.join()
    return lock.acquire(timeout=0.7)


TIMED = [
    condition_wait,
    queue_get,
    queue_put,
    simple_queue_get,
    event_wait,
    semaphore_acquire,
    barrier_wait,
    future_result,
    futures_wait,
    as_completed,
    thread_join,
    lock_acquire,
    rlock_acquire,
]


@pytest.mark.parametrize("wait", TIMED)
def test_a_timed_wait_in_a_worker_thread_ends_at_its_deadline(
    loop: VirtualLoop, wait: Wait
) -> None:
    """What nobody ends, its time-out of 0.7 s ends, in a worker thread."""
    assert loop.run_until_complete(asyncio.to_thread(wait)) is False
    assert loop.time() == 0.7
    assert loop.clock.stalls == []


@pytest.mark.parametrize("wait", TIMED)
def test_a_timed_wait_on_the_loops_thread_ends_at_its_deadline(
    loop: VirtualLoop, wait: Wait
) -> None:
    """What nobody ends, its time-out of 0.7 s ends, on the loop's own thread."""

    async def program() -> object:
        return wait()

    assert loop.run_until_complete(program()) is False
    assert loop.time() == 0.7


def test_timed_waits_add_up_without_crumbs(loop: VirtualLoop) -> None:
    """Three waits of 0.1, 0.2 and 0.3 s end at 0.1, 0.3 and 0.6 s."""

    def work() -> list[float]:
        ends = []
        for seconds in (0.1, 0.2, 0.3):
            threading.Event().wait(seconds)
            ends.append(time.monotonic())
        return ends

    assert loop.run_until_complete(asyncio.to_thread(work)) == [0.1, 0.3, 0.6]


def by_condition() -> tuple[Wait, Wait]:
    condition = threading.Condition()
    told: list[bool] = []

    def tell() -> None:
        with condition:
            told.append(True)
            condition.notify()

    def wait() -> object:
        with condition:
            return condition.wait_for(lambda: told, timeout=9)

    return tell, wait


def by_queue() -> tuple[Wait, Wait]:
    jobs = queue.Queue[int]()
    return lambda: jobs.put(1), lambda: jobs.get(timeout=9)


def by_simple_queue() -> tuple[Wait, Wait]:
    jobs = queue.SimpleQueue[int]()
    return lambda: jobs.put(1), lambda: jobs.get(timeout=9)


def by_event() -> tuple[Wait, Wait]:
    event = threading.Event()
    return event.set, lambda: event.wait(9)


def by_semaphore() -> tuple[Wait, Wait]:
    semaphore = threading.Semaphore(0)
    return semaphore.release, lambda: semaphore.acquire(timeout=9)


def by_barrier() -> tuple[Wait, Wait]:
    barrier = threading.Barrier(2)
    return lambda: barrier.wait(9), lambda: barrier.wait(9) in (0, 1)


def by_future() -> tuple[Wait, Wait]:
    future = futures.Future[int]()
    return lambda: future.set_result(1), lambda: future.result(9)


def by_lock() -> tuple[Wait, Wait]:
    lock = threading.Lock()
    lock.acquire()
    return lock.release, lambda: lock.acquire(timeout=9)


@pytest.mark.parametrize(
    "pair",
    [
        by_condition,
        by_queue,
        by_simple_queue,
        by_event,
        by_semaphore,
        by_barrier,
        by_future,
        by_lock,
    ],
)
def test_a_wait_ends_when_another_thread_ends_it(
    loop: VirtualLoop, pair: Callable[[], tuple[Wait, Wait]]
) -> None:
    """A wait of up to 9 s ends at 0.25 s, when another thread gives what it waits for."""
    tell, wait = pair()

    def tell_later() -> None:
        time.sleep(0.25)
        tell()

    async def program() -> object:
        return (await asyncio.gather(asyncio.to_thread(wait), asyncio.to_thread(tell_later)))[0]

    assert loop.run_until_complete(program())
    assert loop.time() == 0.25


def test_join_waits_for_the_threads_end(loop: VirtualLoop) -> None:
    """Thread.join without a time-out returns when the thread ends."""

    async def program() -> bool:
        thread = threading.Thread(target=time.sleep, args=(0.4,))
        thread.start()
        thread.join()
        return thread.is_alive()

    assert loop.run_until_complete(program()) is False
    assert loop.time() == 0.4


def test_as_completed_yields_each_at_its_end(loop: VirtualLoop) -> None:
    """Futures.as_completed hands out the quick job at 0.2 s and the slow one at 0.5 s."""

    def work() -> list[float]:
        with futures.ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(time.sleep, seconds) for seconds in (0.5, 0.2)]
            return [time.monotonic() for _ in futures.as_completed(jobs, timeout=9)]

    assert loop.run_until_complete(asyncio.to_thread(work)) == [0.2, 0.5]


def test_futures_wait_returns_at_the_first(loop: VirtualLoop) -> None:
    """Futures.wait with FIRST_COMPLETED returns when the quickest job ends."""

    def work() -> float:
        with futures.ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(time.sleep, seconds) for seconds in (0.5, 0.2)]
            futures.wait(jobs, return_when=futures.FIRST_COMPLETED)
            return time.monotonic()

    assert loop.run_until_complete(asyncio.to_thread(work)) == 0.2


def test_a_timer_fires_on_time(loop: VirtualLoop) -> None:
    """A threading.Timer of 0.3 s fires at 0.3 s."""

    async def program() -> list[float]:
        fired: list[float] = []
        timer = threading.Timer(0.3, lambda: fired.append(time.monotonic()))
        timer.start()
        timer.join()
        return fired

    assert loop.run_until_complete(program()) == [0.3]


def test_a_cancelled_timer_never_fires(loop: VirtualLoop) -> None:
    """A threading.Timer that is cancelled ends then, without firing."""

    async def program() -> list[float]:
        fired: list[float] = []
        timer = threading.Timer(5, lambda: fired.append(time.monotonic()))
        timer.start()
        await asyncio.sleep(0.3)
        timer.cancel()
        timer.join()
        return fired

    assert loop.run_until_complete(program()) == []
    assert loop.time() == 0.3


def test_a_time_out_around_a_slow_thread(loop: VirtualLoop) -> None:
    """asyncio.timeout(0.5) around a thread that sleeps 2 s fires at 0.5 s."""

    async def program() -> None:
        async with asyncio.timeout(0.5):
            await asyncio.to_thread(time.sleep, 2)

    with pytest.raises(TimeoutError):
        loop.run_until_complete(program())
    assert loop.time() == 0.5


def test_a_time_out_around_quick_queries(loop: VirtualLoop) -> None:
    """asyncio.timeout does not fire around quick queries, although a timer waits beside them."""

    async def queries() -> float:
        async with asyncio.timeout(0.5), aiosqlite.connect(":memory:") as db:
            for _ in range(200):
                await db.execute("SELECT 1")
        return loop.time()

    async def program() -> float:
        return (await asyncio.gather(queries(), asyncio.sleep(0.6)))[0]

    assert loop.run_until_complete(program()) == 0.0
    assert loop.time() == 0.6


def test_a_thread_outside_the_clock_lives_in_real_time() -> None:
    """A thread started without a clock sees real time and waits for real while a loop runs."""
    begin = threading.Event()
    seen: list[object] = []

    def outside() -> None:
        begin.wait()
        start = time.monotonic()
        # Real waits, of 20 ms together: that they are real is what is proven.
        time.sleep(0.01)
        with pytest.raises(queue.Empty):
            queue.Queue[int]().get(timeout=0.01)
        seen.extend([current(), time.monotonic() - start >= 0.02])

    async def program() -> None:
        begin.set()
        await asyncio.sleep(3600)
        thread.join()

    thread = threading.Thread(target=outside)
    thread.start()
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(program())
        assert runner.get_loop().time() == 3600.0
    assert seen == [None, True]


def test_threads_take_turns(loop: VirtualLoop) -> None:
    """What threads do at one moment happens in the order in which they were woken, whole."""
    steps: list[int] = []
    interval = sys.getswitchinterval()

    def work(number: int) -> None:
        for _ in range(2):
            for _ in range(500):
                steps.append(number)
            time.sleep(1.0)  # all of them are woken at the same moment

    async def program() -> None:
        await asyncio.gather(*[asyncio.to_thread(work, number) for number in range(5)])

    sys.setswitchinterval(1e-6)  # without turns Python would change threads all the time
    try:
        loop.run_until_complete(program())
    finally:
        sys.setswitchinterval(interval)
    assert [number for number, _ in itertools.groupby(steps)] == [*range(5)] * 2
    assert loop.time() == 2.0


def test_a_thread_that_blocks_unseen_keeps_nobody_else_waiting(loop: VirtualLoop) -> None:
    """It has its turn, and the clock gives another one away."""
    lock = _thread.allocate_lock()
    lock.acquire()
    done: list[int] = []

    async def program() -> None:
        blocked = asyncio.to_thread(lock.acquire)
        others = [asyncio.to_thread(done.append, number) for number in range(3)]
        stuck = asyncio.ensure_future(blocked)
        await asyncio.gather(*others)
        lock.release()
        await stuck

    loop.run_until_complete(program())
    assert done == [0, 1, 2]
    assert len(loop.clock.stalls) == 1


def test_two_threads_have_a_loop_each() -> None:
    """Two virtual loops in two threads run side by side, each with a time of its own."""
    ends: dict[float, float] = {}

    async def program(seconds: float) -> None:
        for _ in range(10):
            await asyncio.gather(asyncio.sleep(seconds), asyncio.to_thread(time.sleep, seconds))

    def run(seconds: float) -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(program(seconds))
            ends[seconds] = runner.get_loop().time()

    threads = [threading.Thread(target=run, args=(seconds,)) for seconds in (0.1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == {0.1: 1.0, 7: 70.0}


def test_a_pool_that_names_no_number_is_as_large_on_every_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        with futures.ThreadPoolExecutor() as pool:
            jobs = [loop.run_in_executor(pool, time.sleep, 1.0) for _ in range(33)]
            await asyncio.gather(*jobs)
        return loop.time()

    monkeypatch.setattr("os.cpu_count", lambda: 1)
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(main()) == 2.0  # 32 at once, then the last one


@pytest.mark.skipif(not STATM.exists(), reason="reads this process's memory where Linux tells it")
def test_a_thread_that_nobody_joins_gives_its_memory_back() -> None:
    """Python 3.13 keeps the stack of an ended thread until it is joined."""
    kept: list[threading.Thread] = []

    async def main() -> None:
        for _ in range(100):
            kept.append(threading.Thread(target=time.sleep, args=(0.01,)))
            kept[-1].start()
            await asyncio.sleep(0.02)

    def pages() -> int:
        return int(STATM.read_text().split()[0])

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        before = pages()
        runner.run(main())
    assert len(kept) == 100
    assert pages() - before < 10 * 2048  # ten stacks of 8 MB, in pages of 4 kB


class RangError(Exception):
    """What a signal's handler raises in the midst of a wait."""


@pytest.fixture
def ring() -> Iterator[Callable[[], None]]:
    """Raises RangError in the main thread, which waits; once, however often it rings.

    A signal that comes just before a lock's wait in C interrupts nothing: one has to ring again.
    """
    rang: list[bool] = []

    def raises(*_: object) -> None:
        if not rang:
            rang.append(True)
            raise RangError

    before = signal.signal(signal.SIGUSR1, raises)
    yield lambda: signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)


@pytest.mark.skipif(not HAS_POSIX, reason="signals interrupt no wait there")
def test_a_wait_that_a_signal_interrupts_is_over(
    loop: VirtualLoop, ring: Callable[[], None]
) -> None:
    """Who waited counts as busy again: the clock stands still until its next wait."""
    over: list[bool] = []

    def rings_and_waits() -> None:
        time.sleep(0.5)
        while not over:  # the main thread is on its way
            ring()
            timing._sleep(0.01)
        time.sleep(0.5)

    async def interrupted() -> None:
        thread = threading.Thread(target=rings_and_waits)
        thread.start()
        with pytest.raises(RangError):
            threading.Event().wait()
        over.append(True)
        thread.join()
        assert loop.time() == 1.0
        time.sleep(1.0)

    loop.run_until_complete(interrupted())
    assert loop.time() == 2.0
    assert loop.clock.busy == 1


@pytest.mark.skipif(not HAS_POSIX, reason="signals interrupt no wait there")
def test_a_start_that_a_signal_interrupts_leaves_its_thread_counted(
    loop: VirtualLoop, ring: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread is on its way, and the clock waits for it as for any other."""
    over: list[bool] = []
    set_event = threading.Event.set

    def rings_and_sets(event: threading.Event) -> None:
        while not over:  # the main thread is on its way
            ring()
            timing._sleep(0.01)
        set_event(event)

    async def interrupted() -> None:
        thread = threading.Thread(target=time.sleep, args=(1.0,))
        with monkeypatch.context() as patch:
            patch.setattr("threading.Event.set", rings_and_sets)
            with pytest.raises(RangError):
                thread.start()
            over.append(True)
            while not thread.is_alive():  # it may not be joined before
                pass
        thread.join()
        assert loop.time() == 1.0
        time.sleep(1.0)

    loop.run_until_complete(interrupted())
    assert loop.time() == 2.0
    assert loop.clock.busy == 1
