"""Each call of an answer's own coroutines becomes a span, and nothing else about it changes."""

import ast
import asyncio
import contextlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.clock import VirtualLoop
from grader.model.spans import Span
from grader.suite.answer import Source
from grader.trace.calls import Calls, instrument
from grader.trace.recorder import Recorder

ANSWER = '''"""An answer."""
import asyncio


async def pay(order, *, late=False):
    """Pay."""
    await asyncio.sleep(2 if late else 1)
    if late:
        raise ValueError("late")
    return order


async def both():
    return await asyncio.gather(pay(1), pay(2))


async def numbers():
    """Yields."""
    for number in range(3):
        await asyncio.sleep(0.5)
        yield number


class Till:
    async def take(self):
        async with asyncio.timeout(0.25):
            await pay(3)


async def documented():
    """Only a docstring."""
'''


class Room:
    """An answer in a loop of its own, with its trace."""

    def __init__(self, folder: Path, text: str = ANSWER) -> None:
        self.loop = VirtualLoop()
        self.source = Source(text.encode(), "exercises/answer.py", folder / "answer.py")
        self.recorder = Recorder(self.loop.clock, self.source.shown, self.loop)
        self.loop.set_task_factory(self.recorder.tasks.factory)  # type: ignore[arg-type]
        self.module: Any = self.source.load(self.source.compile_traced(), Calls(self.recorder))

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def spans(self, label: str) -> list[Span]:
        return [span for span in self.recorder.spans() if span.name == label]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.loop.close()


def test_a_call_has_the_line_that_awaits_it(room: Room) -> None:
    """Calls that were started together fold into one span at the line that started them."""
    assert room.run(room.module.both()) == [1, 2]
    (pays,) = room.spans("pay")
    assert (pays.start, pays.end, pays.count, pays.line, pays.kind) == (0, 1, 2, 14, "coroutine")
    (both,) = room.spans("both")
    assert (both.start, both.end, both.line, both.label) == (0, 1, None, "both()")


def test_outcomes(room: Room) -> None:
    """One that raises has failed; one whose time is over was cancelled, and raised itself."""
    with contextlib.suppress(ValueError):
        room.run(room.module.pay(1, late=True))
    with contextlib.suppress(TimeoutError):
        room.run(room.module.Till().take())
    assert [span.outcome for span in room.spans("pay")] == ["failed", "cancelled"]
    assert [(s.outcome, s.start, s.end) for s in room.spans("take")] == [("failed", 2, 2.25)]


def test_a_generator_lasts_until_it_ends(room: Room) -> None:
    """An async generator's span reaches from its first step to its end."""

    async def consume() -> list[int]:
        return [number async for number in room.module.numbers()]

    assert room.run(consume()) == [0, 1, 2]
    (span,) = room.spans("numbers")
    assert (span.start, span.end, span.outcome) == (0, 1.5, "done")


def test_one_that_never_ends_is_still_running(tmp_path: Path) -> None:
    room = Room(tmp_path, "import asyncio\n\nasync def wait():\n    await asyncio.sleep(60)\n")
    task = room.loop.create_task(room.module.wait())
    room.run(asyncio.sleep(1))
    assert [(span.outcome, span.end) for span in room.spans("wait")] == [("running", 1)]
    task.cancel()
    room.loop.close()


def test_lines_names_and_docstrings_stay(room: Room) -> None:
    """What a traceback or FastAPI reads of a function is what the learner wrote."""
    plain: Any = room.source.load(room.source.compile())
    for name in ("pay", "both", "numbers", "documented"):
        written, traced = getattr(plain, name), getattr(room.module, name)
        assert traced.__doc__ == written.__doc__
        assert inspect.signature(traced) == inspect.signature(written)
        assert traced.__code__.co_firstlineno == written.__code__.co_firstlineno
        assert inspect.isasyncgenfunction(traced) == inspect.isasyncgenfunction(written)
    with pytest.raises(ValueError, match="late") as caught:
        room.run(room.module.pay(1, late=True))
    last = caught.traceback[-1]
    assert (last.lineno + 1, last.name) == (9, "pay")


def test_plain_functions_are_left_alone() -> None:
    text = "def plain():\n    return 1\n"
    assert ast.unparse(instrument(ast.parse(text))) == text.strip()


IN_THE_BACKGROUND = """from starlette.background import BackgroundTasks


async def send(address):
    return address


async def endpoint():
    background = BackgroundTasks()
    background.add_task(send, "a@example.com")
    return background
"""


def test_work_in_the_background_has_the_line_that_gave_it(tmp_path: Path) -> None:
    """Nothing of the learner's awaits it: the line is where it was handed over."""
    room = Room(tmp_path, IN_THE_BACKGROUND)
    with room.recorder.handover.following():
        room.run(room.run(room.module.endpoint())())
        room.run(room.module.send("b@example.com"))
    assert {span.line for span in room.spans("send")} == {10, None}
    room.loop.close()
