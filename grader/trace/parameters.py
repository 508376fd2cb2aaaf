"""Which parameter of the learner's function holds what does not belong there."""

import ast
import builtins
from types import FrameType, FunctionType, ModuleType
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
    if not isinstance(error, AttributeError | TypeError | KeyError):
        return ""
    step = next((step for step in reversed(lines.steps_of(error)) if _is_of(step, file)), None)
    if step is None:
        return ""
    frame = step.tb_frame
    called = _called(file, step.tb_lineno) if "not callable" in lines.text_of(error) else set()
    for argument in _parameters(file, frame):
        value = frame.f_locals.get(argument.arg)
        if value is None:
            continue
        if isinstance(error, KeyError):
            if error.args and error.args[0] is value and _is_text(value, argument, frame):
                return f"`{argument.arg}` holds {_told(value)}"
            continue
        is_it = isinstance(error, AttributeError) and error.obj is value
        if (is_it and _is_other(value, argument.annotation, frame.f_globals)) or (
            argument.arg in called and not callable(value)
        ):
            return f"`{argument.arg}` holds {_told(value)}"
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
    wanted = _named(annotation, names)
    if not isinstance(wanted, type) or wanted.__module__ in ABSTRACT or wanted is float:
        return False
    if getattr(wanted, "_is_protocol", False):
        return False
    return wanted not in type.mro(type(value))


def _is_text(value: object, argument: ast.arg, frame: FrameType) -> bool:
    """Is a text or a number asked for, and this is none of the kind."""
    asks = _named(argument.annotation, frame.f_globals)
    return asks in (int, str) and not isinstance(value, int | str)


def _told(value: object) -> str:
    """A plain value with its type; of others the type, for they show themselves in many ways."""
    name = type(value).__name__
    if type(value) in PLAIN:
        return f"{short(value, 40)} ({name})"
    return f"{'an' if name[:1] in 'AEIOUaeiou' else 'a'} {name}"


def _named(annotation: ast.expr | None, names: dict[str, Any]) -> object:
    """What `Order`, `httpx.Response` or `dict[str, int]` stands for, the last without its items;
    the second only where a module has it."""
    if isinstance(annotation, ast.Subscript):
        return _named(annotation.value, names)
    if isinstance(annotation, ast.Name):
        return names.get(annotation.id, vars(builtins).get(annotation.id))
    if isinstance(annotation, ast.Attribute):
        module = _named(annotation.value, names)
        return vars(module).get(annotation.attr) if isinstance(module, ModuleType) else None
    return None
