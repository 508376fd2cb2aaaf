"""What is due at the same moment: as it was asked for, or as the dice of a seed fall."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from grader.clock import ties
from grader.clock.loop import VirtualLoop

SLEEPERS = range(6)


@pytest.fixture(autouse=True)
def as_usual() -> Iterator[None]:
    yield
    ties.shuffle(None)


def in_loop() -> list[int]:
    """The order in which six timers of one moment ring."""
    rung: list[int] = []

    async def sleep(number: int) -> None:
        await asyncio.sleep(1)
        rung.append(number)

    async def sleep_all() -> None:
        await asyncio.gather(*map(sleep, SLEEPERS))

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(sleep_all())
        assert runner.get_loop().time() == 1.0
    return rung


def in_threads() -> list[int]:
    """The order in which six threads wake that sleep until one moment."""
    woken: list[int] = []

    def sleep(number: int) -> None:
        time.sleep(1)
        woken.append(number)

    async def sleep_all() -> None:
        threads = [threading.Thread(target=sleep, args=(number,)) for number in SLEEPERS]
        for thread in threads:
            thread.start()
        await asyncio.sleep(2)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(sleep_all())
    return woken


def turns() -> list[int]:
    """The order in which six begin that wait for their turn at one moment."""
    begun: list[int] = []

    async def begin(number: int) -> None:
        await ties.turn()
        begun.append(number)

    async def begin_all() -> None:
        await asyncio.gather(*map(begin, SLEEPERS))

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(begin_all())
        assert runner.get_loop().time() == 0.0
    return begun


@pytest.mark.parametrize("run", [in_loop, in_threads, turns])
def test_a_seed_gives_one_order(run: Callable[[], list[int]]) -> None:
    """The same seed gives the same order of everybody, and twenty seeds give many orders."""
    orders = set()
    for seed in map(str, range(20)):
        ties.shuffle(seed)
        order = run()
        ties.shuffle(seed)
        assert run() == order
        assert sorted(order) == list(SLEEPERS)
        orders.add(tuple(order))
    assert len(orders) > 10


@pytest.mark.parametrize("run", [in_loop, in_threads, turns])
def test_without_a_seed_who_came_first_is_first(run: Callable[[], list[int]]) -> None:
    """Timers, threads and requests keep the order in which they came."""
    assert run() == list(SLEEPERS)
