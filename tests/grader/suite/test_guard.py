"""The guard and the sampler: what computes, what stands still, and in which thread."""

import _thread
import asyncio
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.clock import VirtualLoop
from grader.suite import guard as guarding
from grader.suite.answer import Answer, stage
from grader.suite.fakes import Fakes
from grader.suite.guard import Guard, TimedOut
from grader.system import HAS_POSIX, RunQueue
from grader.trace import timers
from grader.trace.recorder import Recorder
from grader.trace.sampler import Sampler


@pytest.fixture
def loop() -> Iterator[VirtualLoop]:
    loop = VirtualLoop()
    yield loop
    loop.close()


@pytest.fixture
def kept_handlers() -> Iterator[None]:
    """The signals' handlers are put back; pytest-timeout has one of its own."""
    names = " ".join(name for timer in timers.Timer for name in timer.value).split()
    known = [name for name in names if name.startswith("SIG") and hasattr(signal, name)]
    before = {name: signal.getsignal(getattr(signal, name)) for name in known}
    rest = signal.getitimer(signal.ITIMER_REAL) if HAS_POSIX else None
    yield
    for name, handler in before.items():
        signal.signal(getattr(signal, name), handler)
    if rest is not None:
        signal.setitimer(signal.ITIMER_REAL, *rest)


@pytest.fixture(params=["signals", "a thread"] if HAS_POSIX else ["a thread"])
def ringing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways in which a timer rings; Windows has only the second."""
    monkeypatch.setattr(timers, "HAS_POSIX", request.param == "signals")


def program_of(text: str, **names: Any) -> Any:
    """The function `program` of an answer: this file, unlike that one, is on every stack."""
    exec(compile(text, "answer.py", "exec"), names)
    return names["program"]


@pytest.mark.usefixtures("kept_handlers", "ringing")
def test_each_run_has_its_seconds_anew() -> None:
    """What has computed before is forgotten: so many runs may take longer than one."""
    text = (
        "def program(seconds):\n"
        "    start = now()\n"
        "    while now() < start + seconds:\n"
        "        pass\n"
    )
    compute = program_of(text, now=time.process_time)
    guard = Guard(2.0, file=lambda: "answer.py")
    guard.start()
    try:
        with guard.armed():
            for _ in range(6):
                compute(0.5)
                guard.renew()
            with pytest.raises(TimedOut):
                compute(60.0)
    finally:
        guard.stop()


@pytest.mark.usefixtures("kept_handlers", "ringing")
def test_a_thread_that_computes_is_ended() -> None:
    """The guard ends the thread itself, in the answer's own code, and not who waits for it."""
    ended: list[bool] = []
    text = (
        "def program(number=0):\n"
        "    try:\n"
        "        while True:\n"
        "            number += 1\n"
        "    except TimedOut:\n"
        "        ended.append(True)\n"
    )
    spin = program_of(text, ended=ended, TimedOut=TimedOut)
    thread = threading.Thread(target=spin, daemon=True)
    guard = Guard(0.1, file=lambda: "answer.py")
    thread.start()
    guard.start()
    with guard.armed():
        thread.join(30)  # real: it ends when it has computed for long enough
    guard.stop()
    assert ended == [True]
    assert str(TimedOut()) == "still computing after 0.1 s of the processor's time"


@pytest.mark.usefixtures("kept_handlers", "ringing")
def test_computing_is_measured_by_the_processor(loop: VirtualLoop) -> None:
    """A stretch of computing is noted with its line and its seconds; a wait is none."""
    recorder = Recorder(loop.clock, __file__, loop)

    start = time.thread_time()
    sampler = Sampler(recorder)

    async def program() -> None:
        # On a starved machine the system's timer rings late: so long that it has looked.
        while (spent := time.thread_time() - start) < 0.3 or (sampler._spent < 0.1 and spent < 10):
            pass

    with sampler.sampling():
        loop.run_until_complete(program())
    (stretch,) = recorder.computing
    assert 0.05 <= stretch.real_seconds < time.thread_time() - start
    assert not stretch.on_clock
    first = program.__code__.co_firstlineno
    assert first < stretch.line <= first + 3


@pytest.mark.usefixtures("kept_handlers", "ringing")
def test_a_look_comes_while_the_last_stretch_is_noted(loop: VirtualLoop) -> None:
    """A timer that rings in the midst of that changes nothing, and the stretch is noted once."""
    recorder = Recorder(loop.clock, "answer.py", loop)
    sampler = Sampler(recorder)
    rings: list[int] = []

    class Lines(Counter[int]):
        def most_common(self, n: int | None = None) -> list[tuple[int, int]]:
            while rings:
                signal.raise_signal(rings.pop())
            return super().most_common(n)

    def is_long() -> bool:
        return sampler._spent >= 0.06

    def end() -> None:
        sampler._lines = Lines(sampler._lines)
        known = signal.valid_signals()
        rings.extend(n for n in known if signal.getsignal(n) == sampler._look)
        assert len(rings) == 1
        recorder.end_computing()

    text = "async def program():\n    while not is_long():\n        pass\n    end()\n"
    with sampler.sampling():
        loop.run_until_complete(program_of(text, is_long=is_long, end=end)())
    (stretch,) = recorder.computing
    assert stretch.real_seconds >= 0.06


@pytest.mark.usefixtures("kept_handlers", "ringing")
def test_a_program_that_computes_is_ended(loop: VirtualLoop) -> None:
    """The guard ends what runs on the main thread, and rings again where that goes on."""
    ended: list[int] = []

    text = (
        "async def program():\n"
        "    try:\n"
        "        while True:\n"
        "            pass\n"
        "    except TimedOut:\n"
        "        ended.append(1)\n"
        "        while True:\n"
        "            pass\n"
    )
    program = program_of(text, ended=ended, TimedOut=TimedOut)
    guard = Guard(0.1, file=lambda: "answer.py")
    guard.start()
    try:
        with pytest.raises(TimedOut), guard.armed():
            loop.run_until_complete(program())
    finally:
        guard.stop()
    assert ended == [1]
    assert guard.rang


@pytest.mark.usefixtures("kept_handlers", "ringing")
def test_what_nobody_watches_is_not_ended() -> None:
    """While pytest writes its report the guard ends nothing, however long that takes."""
    guard = Guard(0.01, file=lambda: __file__)
    guard.start()
    try:
        end = time.process_time() + 0.1
        while time.process_time() < end:
            pass
    finally:
        guard.stop()
    assert not guard.rang


@pytest.mark.usefixtures("kept_handlers", "ringing")
def test_a_ring_waits_for_the_answers_own_code(loop: VirtualLoop) -> None:
    """A loop that gives way again and again is ended in its own body, and leaves no task behind."""
    ended: list[str] = []
    text = (
        "async def program():\n"
        "    other = asyncio.create_task(asyncio.sleep(1))\n"
        "    try:\n"
        "        while not other.done():\n"
        "            await asyncio.sleep(0)\n"
        "    except TimedOut:\n"
        "        ended.append('here')\n"
        "        raise\n"
    )
    program = program_of(text, ended=ended, TimedOut=TimedOut, asyncio=asyncio)
    guard = Guard(0.05, file=lambda: "answer.py")
    guard.start()
    try:
        with pytest.raises(TimedOut), guard.armed():
            loop.run_until_complete(program())
    finally:
        guard.stop()
    assert ended == ["here"]


@pytest.mark.usefixtures("kept_handlers", "ringing")
def test_a_ring_that_never_meets_the_answer_waits_for_it(loop: VirtualLoop) -> None:
    """One that comes in the event loop's own code is heard where the answer goes on."""
    ended: list[int] = []
    text = (
        "async def program():\n"
        "    try:\n"
        "        for lap in range(9):\n"
        "            await asyncio.sleep(0)\n"
        "    except TimedOut:\n"
        "        ended.append(lap)\n"
        "        raise\n"
    )
    program = program_of(text, ended=ended, TimedOut=TimedOut, asyncio=asyncio)
    guard = Guard(30, file=lambda: "answer.py")
    guard.start()

    def ring() -> None:
        known = signal.valid_signals()
        (number,) = (n for n in known if signal.getsignal(n) == guard._ring)
        signal.raise_signal(number)

    loop.call_soon(loop.call_soon, ring)
    try:
        with pytest.raises(TimedOut), guard.armed():
            loop.run_until_complete(program())
    finally:
        guard.stop()
    assert ended in ([0], [1])
    assert sys.getprofile() is None


# Real time is what is proven: 0.06 s without any computing.
@pytest.mark.usefixtures("kept_handlers", "ringing")
def test_what_stands_still_on_a_virtual_clock_is_ended(
    loop: VirtualLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard counts real time too, whatever clock the program is on."""
    monkeypatch.setattr(guarding, "LOOK_REAL_SECONDS", 0.02)
    pause = _thread.allocate_lock()
    pause.acquire()

    async def program() -> None:
        await asyncio.sleep(5)
        while True:
            pause.acquire(timeout=0.001)

    guard = Guard(0.01, file=lambda: "answer.py")
    guard.start()
    try:
        with pytest.raises(TimedOut), guard.armed():
            loop.run_until_complete(program())
    finally:
        guard.stop()


def test_a_second_fake_takes_the_place_of_the_first(loop: VirtualLoop, tmp_path: Path) -> None:
    """A name may be faked twice: the second one is what the answer calls, and is awaited."""
    source = stage(b"async def pay(order):\n    return 1\n", "shop.py", "shop.py", tmp_path / "a")
    answer = Answer(source.load(source.compile()), "shop.py")
    fake = Fakes(answer, Recorder(loop.clock, "shop.py", loop))
    first = fake("pay", takes=1.0, returns="first")
    second = fake("pay", takes=2.0, returns="second")
    assert loop.run_until_complete(answer.pay(7)) == "second"
    assert loop.time() == 2.0
    second.was_called_once_with(7)
    first.was_called(0)


def test_a_fake_refuses_what_it_cannot_raise(loop: VirtualLoop, tmp_path: Path) -> None:
    """Otherwise the author would read of a TypeError at a line of an answer."""
    source = stage(b"async def pay(order):\n    return 1\n", "shop.py", "shop.py", tmp_path / "a")
    answer = Answer(source.load(source.compile()), "shop.py")
    fake = Fakes(answer, Recorder(loop.clock, "shop.py", loop))
    wanted: Any = [RuntimeError("declined"), None]
    with pytest.raises(TypeError, match=r"^fake\('pay'\): `raises` is an exception, or a function"):
        fake("pay", raises=wanted)
    fake("pay", raises=RuntimeError("declined"))
    fake("pay", raises=lambda order: None)


@pytest.mark.usefixtures("kept_handlers", "ringing")
@pytest.mark.parametrize("queued", [0.0, 9.0])
def test_who_waited_for_a_processor_is_hurried(
    loop: VirtualLoop, monkeypatch: pytest.MonkeyPatch, queued: float
) -> None:
    """It computed, and most of the time others had the processor: no loop is to blame."""
    waits = iter([0.0])

    class Queue(RunQueue):
        def real_seconds(self) -> float:
            return next(waits, queued)

    text = "async def program():\n    while True:\n        await asyncio.sleep(0)\n"
    program = program_of(text, asyncio=asyncio)
    monkeypatch.setattr(guarding, "LOOK_REAL_SECONDS", 0.02)
    monkeypatch.setattr(guarding, "RunQueue", Queue)
    guard = Guard(30, file=lambda: "answer.py", real_seconds=0.06)
    guard.start()
    try:
        with pytest.raises(TimedOut), guard.armed():
            loop.run_until_complete(program())
    finally:
        guard.stop()
    assert guard.hurried is (queued > 0)


@pytest.mark.skipif(not Path("/proc/self/schedstat").is_file(), reason="only Linux tells it")
def test_the_queue_is_told_by_the_system() -> None:
    """It only grows, and one that was closed says nothing."""
    queue = RunQueue()
    before = queue.real_seconds()
    assert 0.0 <= before <= queue.real_seconds()
    queue.close()
    queue.close()
    assert queue.real_seconds() == 0.0
