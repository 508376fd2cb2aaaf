"""Which of the answer's lines is this: on a stack, in a traceback, in its syntax tree.

`file` is the name that the answer's code bears: the path that a learner reads in messages.
"""

import ast
import linecache
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType, TracebackType

from grader.clock.stacks import callers
from grader.model.evidence import Problem

MAX_TEXT = 500
"""Characters of a learner-made message that are kept."""
WORKERS = (
    str(Path("concurrent", "futures", "thread.py")),
    str(Path("anyio", "to_thread.py")),
    str(Path("aiosqlite", "core.py")),
)
"""An exception whose traceback has one of these files was raised in a worker thread."""

NAME = ast.Name | ast.Attribute
Loop = ast.While | ast.For | ast.AsyncFor


def on_stack(file: str, frame: FrameType | None) -> int | None:
    """The innermost line of `file` on the stack of `frame`."""
    return next((f.f_lineno for f in callers(frame) if f.f_code.co_filename == file), None)


def first(file: str, places: Iterable[tuple[str, int]]) -> int | None:
    """The line of the first of `places`, each (file, line), that lies in `file`."""
    return next((line for place, line in places if place == file), None)


def problem(file: str, error: BaseException) -> Problem:
    """An exception, told through the answer's own frames; a group by its first member."""
    error = first_of(error)
    steps = steps_of(error)
    own = _own(file, steps)
    return Problem(
        type=type(error).__name__,
        message=text_of(error),
        line=own[-1].tb_lineno if own else None,
        call=own[-1].tb_frame.f_code.co_name if own else "",
        on_loop=not any(step.tb_frame.f_code.co_filename.endswith(WORKERS) for step in steps),
    )


def _own(file: str, steps: list[TracebackType]) -> list[TracebackType]:
    return [step for step in steps if step.tb_frame.f_code.co_filename == file]


def innermost(file: str, error: BaseException) -> int | None:
    """The answer's line through which `error` came last, a group by its own way."""
    own = _own(file, steps_of(error))
    return own[-1].tb_lineno if own else None


def first_of(error: BaseException) -> BaseException:
    """A group's first member that is no group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def origins(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it came of, and the members of groups."""
    open_ends, seen = [error], set[int]()
    while open_ends:
        error = open_ends.pop()
        if error is not None and id(error) not in seen:
            seen.add(id(error))
            yield error
            open_ends += [error.__cause__, error.__context__]
            if isinstance(error, BaseExceptionGroup):
                open_ends += error.exceptions


def is_stub(file: str, error: BaseException) -> bool:
    """Is it a NotImplementedError that a line of `file` itself raised."""
    last = [step.tb_frame.f_code.co_filename for step in steps_of(error)[-1:]]
    return isinstance(error, NotImplementedError) and last == [file]


def steps_of(error: BaseException) -> list[TracebackType]:
    """The steps of the error's traceback, outermost first."""
    steps, step = [], error.__traceback__
    while step is not None:
        steps.append(step)
        step = step.tb_next
    return steps


def text_of(error: BaseException) -> str:
    """The exception's message, cut; an exception whose `__str__` fails gets a placeholder."""
    try:
        text = str(error)
    except Exception:
        text = "(its message could not be read)"
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}..."


def nodes(file: str) -> Iterator[ast.AST]:
    """Every node of the file's syntax tree, outer ones first; none for an unknown file.

    The source comes from `linecache`, as for Python's tracebacks: Source.load puts it there.
    """
    try:
        return ast.walk(ast.parse("".join(linecache.getlines(file))))
    except (SyntaxError, ValueError):  # decoded otherwise than its cookie says
        return iter(())


def call_at(file: str, line: int | None) -> str:
    """What that line calls; where it makes several calls, the outermost."""
    for node in nodes(file):
        if isinstance(node, ast.Call) and node.lineno == line:
            return f"{ast.unparse(node.func)}(...)"[:60]
    return "a call that waits"


def answers_at(file: str, first: int) -> int:
    """Of the function that begins at `first`, maybe with a decorator: its one `return`, else its
    `def`."""
    for node in nodes(file):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if first in (node.lineno, *(decorator.lineno for decorator in node.decorator_list)):
            returns = [part.lineno for part in ast.walk(node) if isinstance(part, ast.Return)]
            return returns[0] if len(returns) == 1 else node.lineno
    return first


def assigned_inside(file: str, name: str) -> tuple[str, int] | None:
    """The function at the top level that gives `name` a value, and the line of it."""
    for function in nodes(file):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for part in ast.walk(function):
            targets = part.targets if isinstance(part, ast.Assign) else []
            if any(isinstance(each, ast.Name) and each.id == name for each in targets):
                return function.name, part.lineno  # type: ignore[attr-defined]
    return None


def stands_alone(file: str, line: int | None, name: str) -> bool:
    """Is a call of `name` at that line a statement by itself, whose value nothing takes."""
    return any(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and node.lineno == line
        and ast.unparse(node.value.func).rpartition(".")[2] == name
        for node in nodes(file)
    )


def named_in(file: str, function: str) -> list[str]:
    """The names in that function, and in functions of `file` that it names; sorted."""
    functions = {
        n.name: n for n in nodes(file) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    names, todo = set[str](), [function.rpartition(".")[2]]
    while todo:
        body = functions.pop(todo.pop(), None)
        found = () if body is None else ast.walk(body)
        new = {n.id if isinstance(n, ast.Name) else n.attr for n in found if isinstance(n, NAME)}
        todo += new - names
        names |= new
    return sorted(names)


def named_before(file: str, line: int) -> list[str]:
    """The names in the function around `line`, up to there, and in functions that these name."""
    functions = [n for n in nodes(file) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    around = [n for n in functions if n.lineno <= line <= (n.end_lineno or n.lineno)]
    inner = max(around, key=lambda node: node.lineno, default=None)
    parts = () if inner is None else (p for part in inner.body for p in ast.walk(part))
    named = [p for p in parts if isinstance(p, NAME) and p.lineno <= line]
    names = {p.id if isinstance(p, ast.Name) else p.attr for p in named}
    inside = (name for f in functions if f.name in names for name in named_in(file, f.name))
    return sorted(names | set(inside))


def loop_around(file: str, line: int) -> Loop | None:
    """The innermost loop that has that line."""
    loops = [
        node
        for node in nodes(file)
        if isinstance(node, Loop) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return max(loops, key=lambda loop: loop.lineno, default=None)
