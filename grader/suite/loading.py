"""The first load of an answer: is it there to be graded at all, and if not, why.

Runs on a clock of its own, under a guard, with the calls that would
start a server or ask a question refused.
"""

import asyncio
import builtins
import logging
import pdb
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, ModuleType
from typing import Any, NamedTuple

import uvicorn

from grader.clock import Deadlock, Endless, VirtualLoop
from grader.model.evidence import Problem
from grader.suite import problems, settings
from grader.suite.answer import Source
from grader.suite.guard import set_timers, stop_timers
from grader.trace import lines
from grader.trace.calls import NAME, Calls
from grader.trace.raised import Raised
from grader.trace.timers import can_ring

SLOW_SECONDS = 0.5
"""An answer whose import takes more CPU seconds than this is imported once for all tests."""
_process_time = time.process_time
_slow: dict[Source, tuple[ModuleType, dict[str, Any], settings.Settings]] = {}


class Refused(BaseException):
    """The file called something at import that would not return, such as asyncio.run."""


class StillLoading(BaseException):
    """The import was still running when its guard rang."""


class BreakpointReached(RuntimeError):  # noqa: N818 - it says what happened
    """The answer has called breakpoint() while it is graded; says what pytest has to be given."""


class Unloaded(NamedTuple):
    """Why the file does not load: a sentence, and the error, which knows its line."""

    sentence: str
    error: Problem | None = None


def refuse_breakpoints(tests: str) -> None:
    """From now on a debugger that the answer calls for does not start: nobody could answer it."""

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise BreakpointReached(tests)

    sys.breakpointhook = refuse
    for name in ("set_trace", "set_trace_async"):
        if hasattr(pdb, name):  # the other one is new in Python 3.14
            setattr(pdb, name, refuse)


def first_load(
    source: Source, *, virtual: bool, guard_seconds: float | None = None
) -> Unloaded | None:
    """None when the file loads, else why it does not.

    `guard_seconds` limits the CPU time of the import; without it a guard is set already.
    """
    try:
        code = source.compile()
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return _not_compiled(source, error)
    loop: asyncio.AbstractEventLoop | None = VirtualLoop() if virtual else None
    try:
        with settings.kept(), _refusals(), _alarm(guard_seconds):
            source.load(code)
    except BaseException as error:
        return _not_imported(source, error)
    finally:
        if loop is not None:
            loop.close()
    return None


def _not_compiled(source: Source, error: BaseException) -> Unloaded:
    text = source.data.decode("utf-8", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"(<<<<<<<|=======|>>>>>>>)( |$)", line):
            what = f"unresolved git merge markers at line {number}"
            problem = Problem(type="SyntaxError", message=what, line=number)
            return Unloaded(f"{what}: keep one side, delete the rest.", problem)
    if isinstance(error, SyntaxError) and error.lineno is not None:
        all_lines = text.splitlines()
        shown = all_lines[error.lineno - 1].rstrip() if error.lineno <= len(all_lines) else ""
        stripped = shown.lstrip()
        column = max(0, (error.offset or 1) - 1 - (len(shown) - len(stripped)))
        caret = f"\n    {stripped}\n    {' ' * column}^" if stripped else ""
        problem = Problem(type=type(error).__name__, message=error.msg, line=error.lineno)
        return Unloaded(f"line {problem.line}: {problem.type}: {error.msg}.{caret}", problem)
    return Unloaded(f"Python cannot read the file: {lines.text_of(error)}.")


def _not_imported(source: Source, error: BaseException) -> Unloaded:
    problem = problems.problem(source.shown, error, Raised(source.shown, _process_time))
    line = problem.line
    where = f" at line {line}" if line is not None else ""
    if isinstance(error, ImportError):
        return Unloaded(f"{problem.message}{f' (line {line})' if line else ''}.", problem)
    sentence = _own_sentence(error, where)
    if sentence is None:
        what = f"{problem.type}: {problem.message}".removesuffix(": ")
        return Unloaded(f"importing the file raises {what}{where}.", problem)
    return Unloaded(sentence, Problem(type="", message="", line=line))


def _own_sentence(error: BaseException, where: str) -> str | None:
    """The sentence for what says all that there is to say; None for any other error."""
    if isinstance(error, SystemExit):
        return f"the file ends the program (SystemExit){where}."
    if isinstance(error, Refused):
        what, advice = error.args
        return f"importing the file calls {what}{where}: {advice}."
    if isinstance(error, BreakpointReached):
        return f"importing the file calls breakpoint(){where}: nobody can answer it here."
    if isinstance(error, StillLoading):
        return f"importing the file did not end: the grader stopped it{where}."
    if isinstance(error, Deadlock):
        return f"importing the file waits for something that never comes{where}."
    return f"importing the file never ends{where}." if isinstance(error, Endless) else None


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
def logging_kept() -> Iterator[None]:
    """What an answer hangs onto a logger ends with its test: the next one loads it afresh."""
    known = [logging.root, *logging.root.manager.loggerDict.values()]
    loggers = [logger for logger in known if isinstance(logger, logging.Logger)]
    before = [(logger, logger.handlers[:], logger.filters[:], logger.level) for logger in loggers]
    try:
        yield
    finally:
        for logger in logging.root.manager.loggerDict.values():
            if isinstance(logger, logging.Logger) and logger not in loggers:
                logger.handlers, logger.filters = [], []
        for logger, handlers, filters, level in before:
            logger.handlers, logger.filters = handlers, filters
            if logger.level != level:  # setLevel looks at every logger there is
                logger.setLevel(level)


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


def load_again(source: Source, code: CodeType, calls: Calls | None) -> Any:
    """A fresh module for one test; refuses at import what the first load refused.

    A module that takes more than SLOW_SECONDS to load is loaded once: later tests get it back
    with the names it had then.
    """
    kept = _slow.get(source)
    if kept is not None:
        module, names, set_by_it = kept
        vars(module).clear()
        vars(module).update(names)
        setattr(module, NAME, calls)
        settings.restore(set_by_it)
        return module
    began = _process_time()
    with _refusals():
        module = source.load(code, calls)
    if _process_time() - began > SLOW_SECONDS:
        _slow[source] = module, dict(vars(module)), settings.now()
    return module
