"""Who waits for what: the stacks of every task and thread, for a deadlock's report."""

import asyncio
import gc
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import AsyncGeneratorType, FrameType
from typing import Any

GRADER = str(Path(__file__).parents[1])
"""The package's folder: frames of code that lies there are the grader's own."""

STEPS = ("async_generator_asend", "async_generator_athrow", "anext_awaitable")
"""What awaits one step of an async generator, such as a lifespan; it names no frame itself."""


@dataclass(frozen=True)
class Frame:
    """One line of a stack."""

    file: str
    line: int
    function: str


@dataclass(frozen=True)
class Stack:
    """A task's or a thread's frames, outermost first; `awaits` names what the last one awaits."""

    name: str
    frames: tuple[Frame, ...]
    awaits: str = ""


def callers(frame: FrameType | None) -> Iterator[FrameType]:
    """`frame` and its callers, innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def of_tasks(loop: asyncio.AbstractEventLoop) -> list[Stack]:
    """The stacks of all unfinished tasks of `loop`, down through what they await."""
    stacks = []
    for task in sorted(asyncio.all_tasks(loop), key=lambda task: task.get_name()):
        frames = []
        awaited: Any = task.get_coro()
        while awaited is not None:
            if type(awaited).__name__ in STEPS:
                inside = gc.get_referents(awaited)
                awaited = next((i for i in inside if isinstance(i, AsyncGeneratorType)), awaited)
            frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "ag_frame", None)
            frame = frame or getattr(awaited, "gi_frame", None)
            if frame is None:
                break
            frames.append(_told(frame))
            awaited = (
                getattr(awaited, "cr_await", None)
                or getattr(awaited, "ag_await", None)
                or getattr(awaited, "gi_yieldfrom", None)
            )
        name = "" if awaited is None else type(awaited).__name__
        stacks.append(Stack(task.get_name(), tuple(frames), name))
    return stacks


def of_threads(idents: list[int]) -> list[Stack]:
    """The stacks of the given threads."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    stacks = []
    running = sys._current_frames()
    for ident in idents:
        frames = [_told(frame) for frame in callers(running.get(ident))]
        stacks.append(Stack(names.get(ident, "thread"), tuple(reversed(frames))))
    return stacks


def _told(frame: FrameType) -> Frame:
    return Frame(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_qualname)
