"""An exception as the answer's author meets it: where it arose, in which statement, what is near.

It is asked only when a test has failed, and never runs code of the answer.
"""

import ast
import asyncio
import builtins
import concurrent.futures
import datetime
import difflib
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from enum import Enum
from types import CoroutineType
from typing import Any
from uuid import UUID

from fastapi.exceptions import ResponseValidationError
from pydantic import BaseModel

from grader.clock.stacks import GRADER
from grader.model.evidence import Problem
from grader.trace import lines, parameters
from grader.trace.calls import NAME
from grader.trace.raised import Raised
from grader.wording import short

ALIKE = 0.6
"""How alike, from 0 to 1, two names are of which one may be a slip of the other."""
MAX_NAMES = 6
"""Names of a thing that are told at most."""
MAX_CAUSES = 5
"""Causes of an exception among which a line of the answer is looked for."""
MAX_CODE = 200
"""Characters of a statement that are kept."""
AWAITABLE = (asyncio.Task, asyncio.Future, concurrent.futures.Future, CoroutineType)
"""What no response can hold, and what a forgotten `await` puts there."""
PLAIN = (BaseModel, datetime.date, datetime.time, datetime.timedelta, Decimal, UUID, Enum, set)
"""What FastAPI turns into JSON by itself, beside plain data."""
MODULES = ("httpx", "asyncio", "fastapi", "sqlalchemy", "pydantic", "starlette", "anyio")
"""What the course's answers import beside Python's own."""
MODULES_KNOWN = frozenset({*sys.stdlib_module_names, *MODULES})
OF_THIS_MACHINE = re.compile(r" (?:object )?at 0x[0-9a-fA-F]+| \((?:/|\w:\\)[^()]*\.py\)")
"""Addresses, and the files of modules, in what Python says."""


def problem(file: str, error: BaseException, raised: Raised) -> Problem:
    """The exception, or the first one that a group holds, told by the answer's own lines."""
    group = ""
    visits, foreign = raised.visits_of(error), raised.foreign_to(error)
    begun = raised.had_begun(error)
    if isinstance(error, BaseExceptionGroup):
        group, error = type(error).__name__, lines.first_of(error)
    told = lines.problem(file, error)
    cause = error.__cause__
    for _ in range(MAX_CAUSES):
        if told.line is not None or cause is None:
            break
        # A library tells in its own words what broke in the answer.
        told = told.model_copy(update={"line": lines.problem(file, cause).line})
        cause = cause.__cause__
    if told.line is None and isinstance(error, ResponseValidationError):
        at = re.search(r", line (\d+), in ", told.message)
        line = lines.answers_at(file, int(at[1])) if at else None
        told = told.model_copy(update={"line": line})
    code, is_async = statement(file, told.line)
    close, has = _near(file, error)
    path, got = _unfit(error)
    return told.model_copy(
        update={
            "message": OF_THIS_MACHINE.sub("", told.message).replace("Recorder.", ""),
            "planted": raised.is_planted(error),
            "foreign": foreign[:20],
            "begun": begun,
            "visits": visits[:20],
            "group": group,
            "code": code,
            "is_async": is_async,
            "inside": _inside(file, error),
            "close": close,
            "has": has,
            "path": path,
            "got": got,
            "misplaced": parameters.misplaced(file, error),
        }
    )


def statement(file: str, line: int | None) -> tuple[str, bool]:
    """The innermost statement that has that line, without the block that it may head."""
    if line is None:
        return "", True
    found: ast.stmt | None = None
    is_async = True
    for node in lines.nodes(file):
        if not isinstance(node, ast.stmt) or not node.lineno <= line <= (node.end_lineno or 0):
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            is_async = isinstance(node, ast.AsyncFunctionDef)
        found = node
    if found is None:
        return "", is_async
    text = ast.unparse(found)
    if hasattr(found, "body"):
        text = text.partition("\n")[0]
    return text[:MAX_CODE], is_async


def _inside(file: str, error: BaseException) -> str:
    """`asyncio.tasks.gather`: where it arose, when that is not in the answer's file."""
    steps = [
        step.tb_frame
        for step in lines.steps_of(error)
        if not step.tb_frame.f_code.co_filename.startswith(GRADER)
    ]
    if not steps or steps[-1].f_code.co_filename == file:
        return ""
    frame = steps[-1]
    return f"{frame.f_globals.get('__name__', '')}.{frame.f_code.co_qualname}"[:MAX_CODE]


def _near(file: str, error: BaseException) -> tuple[str, list[str]]:
    """What may have been meant instead of a name that is not there, and what is there."""
    if isinstance(error, ModuleNotFoundError):
        return _closest(str(error.name or ""), MODULES_KNOWN, cutoff=0.8), []
    if isinstance(error, ImportError):
        module = sys.modules.get(error.name or "")
        said = re.match(r"cannot import name '(\w+)'", lines.text_of(error))
        return _closest(said[1], list(vars(module))) if said and module else "", []
    if isinstance(error, NameError):
        name = str(error.name or "")
        if name in MODULES or name in sys.stdlib_module_names:
            return f"import {name}", []
        return _closest(name, _names(file)) or _closest(name, vars(builtins), cutoff=0.8), []
    if isinstance(error, TypeError):
        found = re.match(r"'(\w+)' object is not subscriptable", lines.text_of(error))
        return "", _fields_of(file, found[1])[:MAX_NAMES] if found else []
    if isinstance(error, AttributeError) and error.name:
        fields = _fields(error.obj)
        return _closest(str(error.name), fields or _attributes(error.obj)), fields[:MAX_NAMES]
    return "", []


def _unfit(error: BaseException) -> tuple[str, str]:
    """Where in a response the value lies that cannot be sent, and that value."""
    if isinstance(error, ResponseValidationError):
        with suppress(Exception):
            first = error.errors()[0]
            parts = (f"[{p}]" if isinstance(p, int) else f".{p}" for p in first["loc"][1:])
            return "".join(parts).lstrip(".")[:60], _shown(first["input"])
    if type(error).__name__ == "PydanticSerializationError":
        for step in reversed(lines.steps_of(error)):
            frame = step.tb_frame
            if frame.f_globals.get("__name__", "").startswith("fastapi"):
                for value in list(frame.f_locals.values()):
                    if isinstance(value, dict | list) and (found := _odd(value, "", 0)):
                        return found
    return "", ""


def _odd(value: Any, path: str, depth: int) -> tuple[str, str] | None:
    """The first value in it that is no plain data."""
    if value is None or isinstance(value, str | int | float | bytes):
        return None
    if not isinstance(value, dict | list | tuple) or depth > 4:
        return None if depth == 0 or isinstance(value, PLAIN) else (path, _shown(value))
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    inner = (
        _odd(
            item,
            f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}".lstrip("."),
            depth + 1,
        )
        for key, item in list(pairs)[:50]
    )
    return next((found for found in inner if found is not None), None)


def _shown(value: object) -> str:
    """The value as a learner would write it; a task or a future by what it is."""
    if isinstance(value, asyncio.Task):
        return "a task"
    if isinstance(value, AWAITABLE[1:]):
        return f"a {type(value).__name__.strip('_').lower()}"
    return OF_THIS_MACHINE.sub("", "None" if value is None else short(value, 80))


def _closest(name: str, names: Iterable[str], cutoff: float = ALIKE) -> str:
    known = [n for n in names if n != name]
    close = [n for n in known if n.lower() == name.lower()]
    close = close or difflib.get_close_matches(name, known, n=1, cutoff=cutoff)
    return close[0] if close else ""


def _names(file: str) -> frozenset[str]:
    """Every name that the file gives something."""
    found: set[str] = set()
    for node in lines.nodes(file):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
    return frozenset(found - {NAME})


def _attributes(thing: Any) -> list[str]:
    """Names of a thing, read without asking the thing."""
    found: set[str] = set(_fields(thing))
    for owner in (thing, type(thing)):
        for cls in type.mro(owner) if isinstance(owner, type) else (owner,):
            try:
                found |= set(object.__getattribute__(cls, "__dict__"))
            except AttributeError:
                continue
    return [name for name in found if isinstance(name, str) and not name.startswith("_")]


def _fields_of(file: str, name: str) -> list[str]:
    """The fields of a class that the file defines."""
    return [
        item.target.id
        for node in lines.nodes(file)
        if isinstance(node, ast.ClassDef) and node.name == name
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    ]


def _fields(thing: Any) -> list[str]:
    """The fields of a model, or of its class."""
    cls = thing if isinstance(thing, type) else type(thing)
    for name in ("__pydantic_fields__", "__dataclass_fields__"):
        for owner in type.mro(cls):
            fields = type.__getattribute__(owner, "__dict__").get(name)
            if isinstance(fields, dict) and fields:
                return [str(field) for field in fields]
    return []
