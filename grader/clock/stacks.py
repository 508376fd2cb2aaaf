"""Who waits for what: the stacks of every task and thread, for a deadlock's report."""

import asyncio
import sys
import threading
from dataclasses import dataclass
from types import FrameType
from typing import Any


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


def of_tasks(loop: asyncio.AbstractEventLoop) -> list[Stack]:
    """The stacks of all unfinished tasks of `loop`, down through what they await."""
    stacks = []
    for task in sorted(asyncio.all_tasks(loop), key=lambda task: task.get_name()):
        frames = []
        awaited: Any = task.get_coro()
        while awaited is not None:
            frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "ag_frame", None)
            frame = frame or getattr(awaited, "gi_frame", None)
            if frame is None:
                break
            frames.append(Frame(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_qualname))
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
        frame: FrameType | None = running.get(ident)
        frames = []
        while frame is not None:
            frames.append(Frame(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_qualname))
            frame = frame.f_back
        stacks.append(Stack(names.get(ident, "thread"), tuple(reversed(frames))))
    return stacks
