"""Programs that never end: a deadlock is raised at once, an endless program at its horizon."""

import asyncio
import queue
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent import futures

import pytest

import grader.clock.loop
import grader.clock.virtual
from grader.clock import Deadlock, Endless, VirtualLoop, current

Program = Callable[[], Awaitable[object]]


async def event_nobody_sets() -> None:
    await asyncio.Event().wait()


async def two_that_wait_for_each_other() -> None:
    first, second = asyncio.Event(), asyncio.Event()

    async def one(mine: asyncio.Event, other: asyncio.Event) -> None:
        await other.wait()
        mine.set()

    await asyncio.gather(one(first, second), one(second, first))


async def two_locks_in_two_orders() -> None:
    first, second = asyncio.Lock(), asyncio.Lock()

    async def one(outer: asyncio.Lock, inner: asyncio.Lock) -> None:
        async with outer:
            await asyncio.sleep(1)
            async with inner:
                pass

    await asyncio.gather(one(first, second), one(second, first))


async def lock_taken_twice() -> None:
    lock = threading.Lock()
    with lock, lock:
        pass


async def lock_held_over_an_await() -> None:
    lock = threading.Lock()

    async def hold() -> None:
        with lock:
            await asyncio.sleep(1)

    await asyncio.gather(hold(), hold())


async def future_nobody_ends() -> None:
    futures.Future[None]().result()


async def queue_nobody_fills() -> None:
    queue.Queue[int]().get()


async def simple_queue_nobody_fills() -> None:
    queue.SimpleQueue[int]().get()


async def coroutine_sent_to_its_own_thread() -> None:
    loop = asyncio.get_running_loop()
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()


async def thread_that_waits_for_ever() -> None:
    await asyncio.to_thread(threading.Event().wait)


async def join_of_a_thread_that_waits_for_ever() -> None:
    thread = threading.Thread(target=threading.Event().wait)
    thread.start()
    thread.join()


async def pool_that_waits_for_itself() -> None:
    with futures.ThreadPoolExecutor(1) as pool:
        await asyncio.wrap_future(pool.submit(lambda: pool.submit(int).result()))


async def endless_sleep() -> None:
    await asyncio.sleep(float("inf"))


DEADLOCKS = [
    event_nobody_sets,
    two_that_wait_for_each_other,
    two_locks_in_two_orders,
    lock_taken_twice,
    lock_held_over_an_await,
    future_nobody_ends,
    queue_nobody_fills,
    simple_queue_nobody_fills,
    coroutine_sent_to_its_own_thread,
    thread_that_waits_for_ever,
    join_of_a_thread_that_waits_for_ever,
    pool_that_waits_for_itself,
    endless_sleep,
]


@pytest.mark.filterwarnings(
    "ignore:coroutine 'sleep' was never awaited:RuntimeWarning"
)  # its point
@pytest.mark.parametrize("program", DEADLOCKS)
def test_a_deadlock_is_raised(loop: VirtualLoop, program: Program) -> None:
    """A program of which nothing can wake any part ends with Deadlock."""
    with pytest.raises(Deadlock, match=r"^nothing is left that could wake this program$"):
        loop.run_until_complete(program())


@pytest.mark.parametrize("program", [event_nobody_sets, lock_taken_twice, queue_nobody_fills])
def test_a_loop_goes_on_after_a_deadlock(program: Program) -> None:
    """After a deadlock the loop runs another program, and closes cleanly."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:

        async def deadlocked() -> None:
            await program()

        with pytest.raises(Deadlock):
            runner.run(deadlocked())
        runner.run(asyncio.sleep(1))
        assert runner.get_loop().time() == 1.0
    assert current() is None


def test_a_deadlocked_program_cleans_up() -> None:
    """The tasks of a deadlock are cancelled when the loop closes, and run their clean-up."""
    cleaned: list[float] = []

    async def wait(event: asyncio.Event) -> None:
        try:
            await event.wait()
        finally:
            await asyncio.sleep(1)
            cleaned.append(asyncio.get_running_loop().time())

    async def program() -> None:
        event = asyncio.Event()
        await asyncio.gather(wait(event), wait(event))

    with asyncio.Runner(loop_factory=VirtualLoop) as runner, pytest.raises(Deadlock):
        runner.run(program())
    assert cleaned == [1.0, 1.0]


def test_a_deadlock_says_who_waits_where(loop: VirtualLoop) -> None:
    """A Deadlock carries the stack of every task and of every thread."""

    async def program() -> None:
        await asyncio.gather(asyncio.to_thread(threading.Event().wait), event_nobody_sets())

    with pytest.raises(Deadlock) as caught:
        loop.run_until_complete(program())
    functions = [frame.function for stack in caught.value.tasks for frame in stack.frames]
    assert "event_nobody_sets" in functions
    assert [stack.name.partition("_")[0] for stack in caught.value.threads] == [
        threading.main_thread().name,
        "asyncio",
    ]


def test_a_server_nobody_calls(loop: VirtualLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting beside a listening socket to which nobody connects is a deadlock."""
    # Real seconds of silence on a socket; nothing can come here, so that it need not be long.
    monkeypatch.setattr(grader.clock.loop, "OUTSIDE_PATIENCE", 0.01)

    async def program() -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        async with server:
            await server.serve_forever()

    with pytest.raises(Deadlock):
        loop.run_until_complete(program())
    assert loop.time() == 0.0


def test_a_timer_elsewhere_is_no_deadlock(loop: VirtualLoop) -> None:
    """While a thread sleeps, a loop that waits for its word is not in a deadlock."""
    event = asyncio.Event()

    def work() -> None:
        time.sleep(2)
        loop.call_soon_threadsafe(event.set)

    async def program() -> None:
        threading.Thread(target=work).start()
        await event.wait()

    loop.run_until_complete(program())
    assert loop.time() == 2.0


def test_an_endless_poller(loop: VirtualLoop) -> None:
    """A program that polls for ever ends with Endless at the first second past the horizon."""
    loop.clock.horizon = 100.0

    async def program() -> None:
        while True:
            await asyncio.sleep(1)

    with pytest.raises(Endless, match=r"^still running after 101 s$"):
        loop.run_until_complete(program())
    assert loop.time() == 101.0


def test_an_endless_poller_in_small_steps(loop: VirtualLoop) -> None:
    """A program that polls for ever in tiny steps ends with Endless after so many steps."""
    loop.clock.max_jumps = 500

    async def program() -> None:
        while True:
            await asyncio.sleep(0.001)

    with pytest.raises(Endless):
        loop.run_until_complete(program())
    assert loop.time() == 0.501
    assert loop.clock.jumps > loop.clock.max_jumps
    with pytest.raises(Endless):  # its budget is whole again
        loop.run_until_complete(program())
    assert loop.time() == 1.002


def test_an_endless_thread(loop: VirtualLoop) -> None:
    """A thread that polls for ever ends the program that waits for it."""
    loop.clock.horizon = 100.0

    def poll() -> None:
        while True:
            time.sleep(1)

    with pytest.raises(Endless):
        loop.run_until_complete(asyncio.to_thread(poll))
    assert loop.time() == 101.0


def test_nobody_goes_on_past_the_horizon(loop: VirtualLoop) -> None:
    """The thread whose sleep would end there does not run on beside the program that is ended."""
    loop.clock.horizon = 100.0
    went_on: list[float] = []

    def wait() -> None:
        time.sleep(7200)
        went_on.append(time.monotonic())

    with pytest.raises(Endless):
        loop.run_until_complete(asyncio.to_thread(wait))
    for _ in range(2_000_000):
        pass  # long enough for the interpreter to let the other thread have its turn
    assert went_on == []


def test_the_horizon_itself_is_not_endless(loop: VirtualLoop) -> None:
    """A program may take as long as the horizon, but no nanosecond more."""
    loop.run_until_complete(asyncio.sleep(grader.clock.virtual.HORIZON))
    assert loop.time() == grader.clock.virtual.HORIZON
    with pytest.raises(Endless):
        loop.run_until_complete(asyncio.sleep(1e-9))


async def waits() -> None:
    await asyncio.Event().wait()


async def blocks() -> None:
    futures.Future[None]().result()


async def polls() -> None:
    while True:
        await asyncio.sleep(1000)


async def blocks_and_polls() -> None:
    while True:
        time.sleep(1000)


@pytest.mark.parametrize(
    ("stuck", "error"),
    [(waits, Deadlock), (blocks, Deadlock), (polls, Endless), (blocks_and_polls, Endless)],
)
def test_except_exception_hides_nothing(
    loop: VirtualLoop, stuck: Program, error: type[BaseException]
) -> None:
    """An answer's `except Exception` swallows neither Deadlock nor Endless."""
    hidden: list[Exception] = []

    async def program() -> None:
        while True:
            try:
                await stuck()
            except Exception as exception:
                hidden.append(exception)

    with pytest.raises(error):
        loop.run_until_complete(program())
    assert hidden == []
