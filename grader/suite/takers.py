"""Which parameters take what a dependency with `yield` gives, and for whom: by the file's text."""

import ast
from collections.abc import Iterator
from itertools import zip_longest

from grader.model.stored import Taker
from grader.trace import lines

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef
MAX = 20
"""Takers of one file that the evidence holds."""


def takers(file: str) -> list[Taker]:
    """Each parameter that takes one, once for each function that runs with it."""
    module = next((node for node in lines.nodes(file) if isinstance(node, ast.Module)), None)
    if module is None:
        return []
    functions = {node.name: node for node in module.body if isinstance(node, FUNCTIONS)}
    names = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = [
        taker
        for user in functions.values()
        for taker in _of(user, user.name, functions, names, frozenset())
    ]
    return found[:MAX]


def _of(
    function: Function,
    user: str,
    functions: dict[str, Function],
    names: dict[str, ast.expr],
    seen: frozenset[str],
) -> Iterator[Taker]:
    """What `function` takes, and what its dependencies take, for the function `user`."""
    for line, call, by_decorator in _asked(function, names):
        name = ast.unparse(call.args[0])
        made = functions.get(name)
        if made is None or name in seen:
            continue
        if any(isinstance(part, ast.Yield) for part in ast.walk(made)):
            scope = next((k.value for k in call.keywords if k.arg == "scope"), None)
            yield Taker(
                line=line,
                of=name,
                first=made.lineno,
                last=made.end_lineno or made.lineno,
                user=user,
                is_short=getattr(scope, "value", "") == "function",
                by_decorator=by_decorator,
            )
        yield from _of(made, user, functions, names, seen | {name})


def _asked(function: Function, names: dict[str, ast.expr]) -> Iterator[tuple[int, ast.Call, bool]]:
    """Each Depends(...) of a function, at its parameter or in its decorator."""
    given = function.args
    # From behind, without counting: an answer may have made `len` another function.
    parameters = reversed([*given.posonlyargs, *given.args])
    pairs = [*zip_longest(parameters, reversed(given.defaults))]
    pairs += [*zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    for parameter, default in pairs:
        annotation = parameter.annotation
        if isinstance(annotation, ast.Name):
            annotation = names.get(annotation.id, annotation)
        for part in (annotation, default):
            for call in _depends(part):
                yield parameter.lineno, call, False
    for decorator in function.decorator_list:
        for call in _depends(decorator):
            yield call.lineno, call, True


def _depends(node: ast.AST | None) -> Iterator[ast.Call]:
    for part in ast.walk(node) if node is not None else ():
        is_call = isinstance(part, ast.Call) and bool(part.args)
        if is_call and ast.unparse(part.func).rpartition(".")[2] == "Depends":  # type: ignore[attr-defined]
            yield part  # type: ignore[misc]
