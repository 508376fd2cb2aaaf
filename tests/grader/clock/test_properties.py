"""Random programs of coroutines and threads take exactly what a small model says."""

import asyncio
import itertools
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.clock import VirtualLoop

pytestmark = pytest.mark.slow  # 150 programs each

HUNDREDTH = 10_000_000
"""Nanoseconds in the grid of all durations."""

Log = list[tuple[float, int]]


@dataclass(frozen=True)
class Sleep:
    number: int
    length: int


@dataclass(frozen=True)
class Sequence:
    children: tuple["Node", ...]


@dataclass(frozen=True)
class Gather:
    children: tuple["Node", ...]


@dataclass(frozen=True)
class Thread:
    """Its child runs in a worker thread."""

    child: "Node"
    by_executor: bool


@dataclass(frozen=True)
class Timeout:
    """Its child is given up at the limit: asyncio.timeout, or Thread.join in a thread."""

    limit: int
    child: "Node"


@dataclass(frozen=True)
class HandOff:
    """A producer thread sleeps and puts; a consumer thread gets, and works on it."""

    delay: int
    work: int


Node = Sleep | Sequence | Gather | Thread | Timeout | HandOff


def duration(node: Node) -> int:
    """The model: how many nanoseconds a program takes."""
    match node:
        case Sleep(length=length):
            return length
        case Sequence(children):
            return sum(map(duration, children))
        case Gather(children):
            return max(map(duration, children))
        case Thread(child=child):
            return duration(child)
        case Timeout(limit, child):
            return min(limit, duration(child))
        case HandOff(delay, work):
            return delay + work


async def run_on_loop(node: Node, log: Log) -> None:
    """The program, as coroutines."""
    loop = asyncio.get_running_loop()
    match node:
        case Sleep(number, length):
            await asyncio.sleep(length / 1e9)
            log.append((loop.time(), number))
        case Sequence(children):
            for child in children:
                await run_on_loop(child, log)
        case Gather(children):
            await asyncio.gather(*[run_on_loop(child, log) for child in children])
        case Thread(child, by_executor):
            if by_executor:
                await loop.run_in_executor(None, run_in_thread, child)
            else:
                await asyncio.to_thread(run_in_thread, child)
        case Timeout(limit, child):
            try:
                async with asyncio.timeout(limit / 1e9):
                    await run_on_loop(child, log)
            except TimeoutError:
                pass
        case HandOff():
            await asyncio.to_thread(run_in_thread, node)


def run_in_thread(node: Node) -> None:
    """The program, as threads."""
    match node:
        case Sleep(length=length):
            time.sleep(length / 1e9)
        case Sequence(children):
            for child in children:
                run_in_thread(child)
        case Gather(children):
            for thread in [start(run_in_thread, child) for child in children]:
                thread.join()
        case Thread(child=child):
            start(run_in_thread, child).join()
        case Timeout(limit, child):
            start(run_in_thread, child).join(limit / 1e9)
        case HandOff(delay, work):
            hand: queue.Queue[int] = queue.Queue()
            start(lambda: (time.sleep(delay / 1e9), hand.put(work)))  # type: ignore[func-returns-value]
            time.sleep(hand.get() / 1e9)


def start(target: Callable[..., object], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=target, args=arguments)
    thread.start()
    return thread


lengths = st.integers(0, 300).map(lambda hundredths: hundredths * HUNDREDTH)


@st.composite
def programs(draw: st.DrawFn, threads: bool = True) -> Node:
    """A program of at most four levels."""
    limits = itertools.count()
    numbers = itertools.count()
    leaves = ["sleep", "hand-off"] if threads else ["sleep"]
    inner = (
        ["sequence", "gather", "timeout", "thread"]
        if threads
        else ["sequence", "gather", "timeout"]
    )

    def grow(depth: int) -> Node:
        match draw(st.sampled_from(leaves + inner if depth else leaves)):
            case "sleep":
                return Sleep(next(numbers), draw(lengths))
            case "hand-off":
                return HandOff(draw(lengths), draw(lengths))
            case "thread":
                return Thread(grow(depth - 1), draw(st.booleans()))
            case "timeout":
                # Each limit has a crumb of its own, so that it never is what its child takes.
                crumb = 2 ** next(limits)
                return Timeout(draw(lengths) + crumb, grow(depth - 1))
            case kind:
                count = draw(st.integers(1, 3))
                children = tuple(grow(depth - 1) for _ in range(count))
                return Sequence(children) if kind == "sequence" else Gather(children)

    return grow(3)


def run(program: Node) -> tuple[float, Log]:
    """When a program ends on a new virtual loop, and which sleeps ended when."""
    log: Log = []
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(run_on_loop(program, log))
        return runner.get_loop().time(), log


# The same examples in each run, kept in no file; a busy machine is no reason to fail.
examples = settings(max_examples=150, deadline=None, derandomize=True, database=None)


@given(programs())
@examples
def test_a_program_takes_what_the_model_says(program: Node) -> None:
    """A program of coroutines, threads, time-outs and queues ends when the model says."""
    assert run(program)[0] == duration(program) / 1e9


@given(programs())
@examples
def test_a_program_takes_the_same_time_in_a_thread(program: Node) -> None:
    """The same program as threads only, beside nothing else, ends when the model says."""
    assert run(Thread(program, by_executor=False))[0] == duration(program) / 1e9


@given(programs(threads=False))
@examples
def test_a_program_of_coroutines_repeats_itself(program: Node) -> None:
    """A program without threads does the same things in the same order, each time."""
    first = run(program)
    assert run(program) == first
    assert first[0] == duration(program) / 1e9


@given(programs(), programs())
@examples
def test_programs_side_by_side_do_not_disturb_each_other(first: Node, second: Node) -> None:
    """Two programs at once take as long as the longer one."""
    assert run(Gather((first, second)))[0] == max(duration(first), duration(second)) / 1e9
