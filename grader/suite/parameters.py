"""Which parameter of the learner's function holds what does not belong there."""

import ast
from types import FrameType, FunctionType
from typing import Any

from grader.trace import lines
from grader.wording import short

PLAIN = (int, float, str, bytes, bool, dict, list, tuple, set, FunctionType)
"""Types of values that, where something else was asked for, came by a slip in a call."""
ABSTRACT = ("collections.abc", "typing", "numbers")
"""Modules whose classes a value need not descend from."""


def misplaced(file: str, error: BaseException) -> str:
    """`session holds 7 (int)`: the parameter whose value the exception is about, or nothing.

    Only one that is called, or whose annotation asks for another type, is named.
    """
    if not isinstance(error, AttributeError | TypeError):
        return ""
    step = next((step for step in reversed(lines.steps_of(error)) if _is_of(step, file)), None)
    if step is None:
        return ""
    frame = step.tb_frame
    called = _called(file, step.tb_lineno) if "not callable" in lines.text_of(error) else set()
    for argument in _parameters(file, frame):
        value = frame.f_locals.get(argument.arg)
        if type(value) not in PLAIN:
            continue
        is_it = isinstance(error, AttributeError) and error.obj is value
        if (is_it and _is_other(value, argument.annotation, frame.f_globals)) or (
            argument.arg in called and not callable(value)
        ):
            return f"`{argument.arg}` holds {short(value, 40)} ({type(value).__name__})"
    return ""


def _called(file: str, line: int) -> set[str]:
    """The names that this line calls."""
    calls = (node for node in lines.nodes(file) if isinstance(node, ast.Call))
    return {c.func.id for c in calls if isinstance(c.func, ast.Name) and c.lineno == line}


def _is_of(step: Any, file: str) -> bool:
    return bool(step.tb_frame.f_code.co_filename == file)


def _parameters(file: str, frame: FrameType) -> list[ast.arg]:
    name, first = frame.f_code.co_name, frame.f_code.co_firstlineno
    for node in lines.nodes(file):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            begins = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if begins == first:
                return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return []


def _is_other(value: object, annotation: ast.expr | None, names: dict[str, Any]) -> bool:
    """Is the value of another type than the annotation's, as far as that is a plain class."""
    wanted = names.get(annotation.id) if isinstance(annotation, ast.Name) else None
    if not isinstance(wanted, type) or wanted.__module__ in ABSTRACT:
        return False
    return wanted not in type.mro(type(value))
