"""What a file keeps from one request to the next: containers and names of its module."""

import ast
from collections.abc import Iterator
from typing import TypeGuard

from grader.model.slips import Slip

MAKERS = ("Counter", "OrderedDict", "WeakSet", "defaultdict", "deque", "dict", "list", "set")
ADDS = ("add", "append", "appendleft", "extend", "insert", "put_nowait", "setdefault", "update")
CHANGES = (*ADDS, "clear", "discard", "pop", "popitem", "popleft", "remove")
"""Methods that change what they are called on."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def of_module(module: ast.Module) -> Iterator[Slip]:
    """Each name of the module that a function changes, at the first line that does so: one that
    puts something there, where there is one."""
    names = set(_containers(module))
    functions = [node for node in ast.walk(module) if isinstance(node, FUNCTIONS)]
    names &= {name for function in functions for name in _read(function)}
    found: dict[str, ast.AST] = {}
    for function in functions:
        parts = list(ast.walk(function))
        said = {n for part in parts if isinstance(part, ast.Global) for n in part.names}
        shared = names | said
        own = {part.arg for part in parts if isinstance(part, ast.arg)} | _locals(parts, shared)
        for part in sorted(parts, key=lambda node: getattr(node, "lineno", 0)):
            name = _changed(part)
            if name not in shared - own or (name in names - said and isinstance(part, ast.Name)):
                continue
            if name not in found or (_takes_out(found[name]) and not _takes_out(part)):
                found[name] = part
    for name, part in found.items():
        yield Slip(kind="module_state", code=name, line=part.lineno)  # type: ignore[attr-defined]
    for function in functions:
        if isinstance(function, ast.AsyncFunctionDef):
            yield from _changed_late(function, set(found))


def _changed_late(function: ast.AsyncFunctionDef, kept: set[str]) -> Iterator[Slip]:
    """What is read, and changed only behind an `await`: another one may have read it meanwhile."""
    parts = list(ast.walk(function))
    if any(isinstance(part, ast.AsyncWith) for part in parts):  # which may well be a lock
        return
    waits = [part.lineno for part in parts if isinstance(part, ast.Await)]
    for name in sorted(kept):
        changes = [part.lineno for part in parts if _changed(part) == name]  # type: ignore[attr-defined]
        reads = [part.lineno for part in parts if _is_read(part, name)]
        if not changes or not reads or min(changes) <= min(reads):
            continue
        if any(min(reads) < wait <= min(changes) for wait in waits):
            yield Slip(kind="changed_late", code=name, line=min(changes))


def _is_read(node: ast.AST, name: str) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


def _takes_out(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr not in ADDS
    return isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Del)


def _containers(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        made = node.value
        name = ast.unparse(made.func).rpartition(".")[2] if isinstance(made, ast.Call) else ""
        if name in MAKERS or isinstance(made, ast.Dict | ast.List | ast.Set):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _read(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Names that it uses for more than to add something to them."""
    added = set()
    for part in ast.walk(function):
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            method = part.value.func
            if isinstance(method, ast.Attribute) and method.attr in ADDS:
                added.add(id(method.value))
        elif isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store):
            added.add(id(part.value))
    for part in ast.walk(function):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and id(part) not in added:
            yield part.id


def _locals(parts: list[ast.AST], shared: set[str]) -> set[str]:
    """Names of the module that this function gives a value of its own."""
    given = {name for part in parts if isinstance(part, ast.Global) for name in part.names}
    stored = {p.id for p in parts if isinstance(p, ast.Name) and isinstance(p.ctx, ast.Store)}
    return (stored & shared) - given


def _changed(node: ast.AST) -> str:
    """The name whose value this node changes, or the `global` name that it sets."""
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return node.value.id if isinstance(node.value, ast.Name) else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        base = node.func.value
        return base.id if node.func.attr in CHANGES and isinstance(base, ast.Name) else ""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return node.id
    return ""
