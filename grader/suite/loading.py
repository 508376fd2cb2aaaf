"""The first load of an answer: is it there to be graded at all, and if not, why.

Runs on a clock of its own, under a guard, with the calls that would
start a server or ask a question refused.
"""

import asyncio
import builtins
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, ModuleType
from typing import Any

import uvicorn

from grader.clock import Deadlock, Endless, VirtualLoop
from grader.suite.answer import Source
from grader.suite.guard import set_timers, stop_timers
from grader.trace import lines
from grader.trace.calls import NAME, Calls
from grader.trace.timers import can_ring

SLOW_SECONDS = 0.5
"""An answer whose import takes more CPU seconds than this is imported once for all tests."""
_process_time = time.process_time
_slow: dict[Source, tuple[ModuleType, dict[str, Any]]] = {}


class Refused(BaseException):
    """The file called something at import that would not return, such as asyncio.run."""


class StillLoading(BaseException):
    """The import was still running when its guard rang."""


def first_load(source: Source, *, virtual: bool, guard_seconds: float | None = None) -> str | None:
    """None when the file loads, else the sentence that says why it does not.

    `guard_seconds` limits the CPU time of the import; without it a guard is set already.
    """
    try:
        code = source.compile()
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return syntax_sentence(source, error)
    loop: asyncio.AbstractEventLoop | None = VirtualLoop() if virtual else None
    try:
        with _refusals(), _alarm(guard_seconds):
            source.load(code)
    except BaseException as error:
        return load_sentence(source, error)
    finally:
        if loop is not None:
            loop.close()
    return None


def syntax_sentence(source: Source, error: BaseException) -> str:
    text = source.data.decode("utf-8", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"(<<<<<<<|=======|>>>>>>>)( |$)", line):
            return f"unresolved git merge markers at line {number}: keep one side, delete the rest."
    if isinstance(error, SyntaxError) and error.lineno is not None:
        all_lines = text.splitlines()
        shown = all_lines[error.lineno - 1].rstrip() if error.lineno <= len(all_lines) else ""
        stripped = shown.lstrip()
        column = max(0, (error.offset or 1) - 1 - (len(shown) - len(stripped)))
        caret = f"\n    {stripped}\n    {' ' * column}^" if stripped else ""
        return f"line {error.lineno}: {type(error).__name__}: {error.msg}.{caret}"
    return f"Python cannot read the file: {lines.text_of(error)}."


def load_sentence(source: Source, error: BaseException) -> str:
    line = lines.problem(source.shown, error).line
    where = f" at line {line}" if line is not None else ""
    if isinstance(error, SystemExit):
        return f"the file ends the program (SystemExit){where}."
    if isinstance(error, Refused):
        what, advice = error.args
        return f"importing the file calls {what}{where}: {advice}."
    if isinstance(error, StillLoading):
        return f"importing the file did not end: the grader stopped it{where}."
    if isinstance(error, Deadlock):
        return f"importing the file waits for something that never comes{where}."
    if isinstance(error, Endless):
        return f"importing the file never ends{where}."
    if isinstance(error, ImportError):
        return f"{lines.text_of(error)} (line {line})." if line else f"{lines.text_of(error)}."
    return f"importing the file raises {type(error).__name__}: {lines.text_of(error)}{where}."


@contextmanager
def _refusals() -> Iterator[None]:
    guard = 'put it under `if __name__ == "__main__":`'

    def refuse(what: str, advice: str) -> Callable[..., Any]:
        def refusal(*args: Any, **kwargs: Any) -> Any:
            for argument in args:
                if asyncio.iscoroutine(argument):
                    argument.close()
            raise Refused(what, advice)

        return refusal

    saved = (asyncio.run, uvicorn.run, uvicorn.Server.run, builtins.input)
    patched: Any = uvicorn.Server
    asyncio.run = refuse("asyncio.run(...)", guard)
    uvicorn.run = refuse("uvicorn.run(...)", guard)
    patched.run = refuse("a server's run()", guard)
    builtins.input = refuse("input()", "nobody can answer it here")
    try:
        yield
    finally:
        asyncio.run, uvicorn.run, patched.run, builtins.input = saved


@contextmanager
def _alarm(seconds: float | None) -> Iterator[None]:
    if seconds is None or not can_ring():
        yield
        return

    def ring(_signal: int, _frame: object) -> None:
        raise StillLoading

    set_timers(seconds, ring)
    try:
        yield
    finally:
        stop_timers()


def load_again(source: Source, code: CodeType, calls: Calls) -> Any:
    """A fresh module for one test; refuses at import what the first load refused.

    A module that takes more than SLOW_SECONDS to load is loaded once: later tests get it back
    with the names it had then.
    """
    kept = _slow.get(source)
    if kept is not None:
        module, names = kept
        vars(module).clear()
        vars(module).update(names)
        setattr(module, NAME, calls)
        return module
    began = _process_time()
    with _refusals():
        module = source.load(code, calls)
    if _process_time() - began > SLOW_SECONDS:
        _slow[source] = module, dict(vars(module))
    return module
