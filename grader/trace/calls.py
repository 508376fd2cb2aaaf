"""Gives each call of the answer's own coroutines a span, wherever it comes from.

The answer's `async def` bodies are wrapped, in its syntax tree, by a context manager that
notes when the body begins and how it ends. Lines, names and docstrings stay as they were.
"""

import ast
import asyncio
import sys
from types import TracebackType

from grader.model.spans import Lane, Outcome
from grader.trace.recorder import Record, Recorder

NAME = "__awaitlings_call__"
"""What the context manager is called in the answer's module."""


def instrument(tree: ast.Module) -> ast.Module:
    """Wrap the body of every coroutine function and async generator in `tree`, in place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef):
            _wrap(node)
    return tree


def _wrap(function: ast.AsyncFunctionDef) -> None:
    at = 1 if ast.get_docstring(function, clean=False) is not None else 0
    body = function.body[at:]
    if not body:
        return
    arguments = function.args
    takes = arguments.args or arguments.posonlyargs or arguments.kwonlyargs
    label = f"{function.name}({'...' if takes or arguments.vararg or arguments.kwarg else ''})"
    enter = ast.Call(ast.Name(NAME, ast.Load()), [ast.Constant(label)], [])
    wrapped = ast.With([ast.withitem(enter)], body)
    ast.copy_location(wrapped, body[0])
    ast.fix_missing_locations(wrapped)
    function.body[at:] = [wrapped]


class Calls:
    """`with calls("pay(...)"):` around a coroutine's body notes its span."""

    __slots__ = ("_awaitlings_trace",)  # an answer has it among its names, and gets no dict of it

    def __init__(self, recorder: Recorder) -> None:
        self._awaitlings_trace = recorder

    def __call__(self, label: str) -> "Call":
        caller = sys._getframe(1).f_back  # who awaits it: a coroutine, or the event loop
        lane: Lane = "loop" if self._awaitlings_trace.is_on_loop() else "thread"
        line = self._awaitlings_trace.line(caller)
        # The prefix `own ` keeps these spans apart from those a suite asks for by name.
        return Call(
            self._awaitlings_trace,
            self._awaitlings_trace.begin(f"own {label}", label, lane, "coroutine", line),
        )


class Call:
    """One call of a coroutine function, from its first step to its end."""

    __slots__ = ("_awaitlings_record", "_awaitlings_trace")

    def __init__(self, recorder: Recorder, record: Record) -> None:
        self._awaitlings_trace = recorder
        self._awaitlings_record = record

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        outcome: Outcome = "done"
        if kind is not None and issubclass(kind, asyncio.CancelledError):
            outcome = "cancelled"
        elif kind is not None and kind is not GeneratorExit:
            outcome = "failed"
        self._awaitlings_trace.end(self._awaitlings_record, outcome)
