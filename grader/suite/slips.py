"""Statements that Python takes and nobody means, and the time limits that a file sets."""

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

from grader.model.slips import Limit, Slip
from grader.suite import kept, misused
from grader.suite.misused import MAX_CODE, slip
from grader.trace import lines

MAX = 20
"""Slips or limits of one file that the evidence holds."""
LIMITS = {"timeout": 0, "wait_for": 1, "fail_after": 0, "move_on_after": 0, "wait": 1, "Timeout": 0}
"""Calls that set a time limit, by the place of its seconds among the arguments."""
REAL_WAIT = re.compile(
    r"(select\.(?:select|poll|epoll)|multiprocessing\..*\.(?:wait|get|join|acquire)"
    r"|signal\.(?:setitimer|alarm|pause|sigwait|sigtimedwait))"
)
"""Calls that wait on the machine's own clock, which no test's clock can take the place of."""
HIDES = re.compile(r"(?:contextlib\.)?suppress\(.*(?:BaseException|CancelledError)")
"""Hides a cancellation, whoever was cancelled."""
OTHER_CLOCK = re.compile(r"(datetime|date)\.(now|utcnow|today)\(")
"""Questions for a time that does not follow a test's clock."""
YES_OR_NO = (
    *("all", "any", "callable", "cancelled", "done", "empty", "full", "hasattr", "is_set"),
    *("isinstance", "issubclass", "locked", "startswith", "endswith"),
)
"""Calls that say yes or no of something, and of no value that it is empty."""
ASGI_ARGUMENTS = 3
"""An ASGI app takes scope, receive and send."""
FAILURES = ("Exception", "Error")
"""How the names of exceptions end."""


def slips(file: str) -> list[Slip]:
    return list(_slips(file))[:MAX]


def limits(file: str) -> list[Limit]:
    found = []
    for node in lines.nodes(file):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        place = LIMITS.get(name)
        given = [k.value for k in node.keywords if k.arg in ("timeout", "delay")]
        if place is not None and len(node.args) > place:
            given.append(node.args[place])
        for value in given:
            seconds = value.value if isinstance(value, ast.Constant) else None
            if isinstance(seconds, int | float) and 0 <= seconds < 10**6:
                code = f"{ast.unparse(node.func)}({'..., ' if place or place is None else ''}"
                code += f"timeout={seconds:g})" if place is None else f"{seconds:g})"
                limit = Limit(code=code[-MAX_CODE:], line=value.lineno, limit_seconds=seconds)
                found.append(limit)
    return found[:MAX]


def _slips(file: str) -> Iterator[Slip]:
    for node in lines.nodes(file):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Attribute):
            yield slip("idle", node.value)
        elif isinstance(node, ast.Expr) and _is_failure(node.value):
            yield slip("not_raised", node.value)
        elif isinstance(node, ast.Expr) and _is_wait(node.value):
            yield slip("not_awaited", node.value)
        elif isinstance(node, ast.Expr) and (work := _dropped(node.value)) is not None:
            yield slip("dropped_task", work)
        elif isinstance(node, ast.Return) and _is_failure(node.value):
            yield slip("returned", node)
        elif isinstance(node, ast.Return) and _is_pair(node.value):
            yield slip("pair", node)
        elif isinstance(node, ast.If | ast.While | ast.IfExp) and _is_gathered(node.test):
            yield slip("list_is_true", node.test)
        elif isinstance(node, ast.If | ast.IfExp) and _is_truth(node.test):
            yield slip("truth", node.test)
        elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            if _is_truth(node.values[0]):
                yield slip("truth", node)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if _is_gathered(node.value, alone=True):
                yield slip("list_of_one", node.value)
        elif isinstance(node, ast.Module):
            yield from _local_only(node)
            yield from misused.of_module(node)
            yield from kept.of_module(node)
        elif isinstance(node, ast.FunctionDef):
            yield from _thread_wakes(node)
        elif isinstance(node, ast.Try):
            inside = [part for last in node.finalbody for part in ast.walk(last)]
            returns = [part for part in inside if isinstance(part, ast.Return)]
            yield from (slip("return_in_finally", part) for part in returns)
        elif isinstance(node, ast.ExceptHandler) and _takes_cancellation(node):
            if not any(isinstance(part, ast.Raise) for part in ast.walk(node)):
                yield slip("swallows", node.type or node)
            elif not any(_raises_again(part, node.name) for part in ast.walk(node)):
                yield slip("converts", node.type or node)
        elif isinstance(node, ast.With | ast.AsyncWith):
            hidden = (
                i.context_expr for i in node.items if HIDES.match(ast.unparse(i.context_expr))
            )
            yield from (slip("swallows", call) for call in hidden)
        elif isinstance(node, ast.While) and OTHER_CLOCK.search(ast.unparse(node.test)):
            yield slip("other_clock", node.test)
        elif isinstance(node, ast.Await) and _is_plain_gather(node.value):
            yield slip("gather", node.value)
        elif isinstance(node, ast.Call) and (kind := misused.kind_of(node)):
            yield slip(kind, node)
        elif isinstance(node, ast.Call) and ast.unparse(node).endswith(".cancel()"):
            yield slip("cancels", node)
        elif isinstance(node, ast.Call) and REAL_WAIT.match(ast.unparse(node.func)):
            yield slip("real_wait", node.func)
        elif isinstance(node, ast.AsyncFunctionDef) and not _is_lifespan(node):
            for part in ast.walk(node):
                if isinstance(part, ast.Attribute) and part.attr == "dispose":
                    yield slip("disposes", part)


def _is_lifespan(function: ast.AsyncFunctionDef) -> bool:
    return any("contextmanager" in ast.unparse(d) for d in function.decorator_list)


def _is_truth(test: ast.expr) -> bool:
    """Whether this asks a value for no more than whether it is true."""
    inner = test.operand if isinstance(test, ast.UnaryOp) else test
    inner = inner.value if isinstance(inner, ast.Await) else inner
    if isinstance(inner, ast.Call) and ast.unparse(inner.func).rpartition(".")[2] in YES_OR_NO:
        return False
    return isinstance(inner, ast.Name | ast.Attribute | ast.Call | ast.Subscript)


def _takes_cancellation(handler: ast.ExceptHandler) -> bool:
    name = "" if handler.type is None else ast.unparse(handler.type)
    return handler.type is None or "BaseException" in name or "CancelledError" in name


def _raises_again(node: ast.AST, name: str | None) -> bool:
    """Whether this is a `raise` of what was caught."""
    if not isinstance(node, ast.Raise):
        return False
    return node.exc is None or (isinstance(node.exc, ast.Name) and node.exc.id == name)


def _local_only(module: ast.Module) -> Iterator[Slip]:
    """A function gives a name a value that, at the top of the file, is None and stays so; of an
    empty dictionary, list or set only where the function does no more with that name."""
    empty = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and _is_empty(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    filled = {name for name, value in empty.items() if not isinstance(value, ast.Constant)}
    given = {name for n in ast.walk(module) if isinstance(n, ast.Global) for name in n.names}
    for function in module.body:
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        used = {n.id for n in ast.walk(function) if _is_loaded(n)}
        for node in ast.walk(function):
            name = node.id if isinstance(node, ast.Name) else ""
            if name in used and name in filled:
                continue
            if name in empty.keys() - given and isinstance(node.ctx, ast.Store):  # type: ignore[attr-defined]
                yield Slip(kind="local_only", code=name, line=node.lineno)  # type: ignore[attr-defined]


def _is_empty(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Dict | ast.List):
        return not getattr(node, "keys", None) and not getattr(node, "elts", None)
    is_set = isinstance(node, ast.Call) and ast.unparse(node) in ("dict()", "list()", "set()")
    return is_set or (isinstance(node, ast.Constant) and node.value is None)


def _is_loaded(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def _thread_wakes(function: ast.FunctionDef) -> Iterator[Slip]:
    """A plain function inside another one sets what the event loop waits for."""
    for node in ast.walk(function):
        call = node.func if isinstance(node, ast.Call) and not node.args else None
        if isinstance(call, ast.Attribute) and call.attr == "set":
            yield slip("thread_wakes", call)


def _is_failure(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith(FAILURES)


def _is_wait(node: ast.expr) -> bool:
    """A task's bare name, gather, anext or an ASGI app's call without `await`: nothing waits."""
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        is_app = name.rpartition(".")[2] == "app" and len(node.args) == ASGI_ARGUMENTS
        return is_app or name in ("anext", "asyncio.gather", "gather", "asyncio.shield")
    return isinstance(node, ast.Name)


def _dropped(node: ast.expr) -> ast.expr | None:
    """The call that becomes a task which nothing holds; a TaskGroup holds its own."""
    if not isinstance(node, ast.Call) or not node.args:
        return None
    owner, _, name = ast.unparse(node.func).rpartition(".")
    is_held = name == "create_task" and owner not in ("", "asyncio") and "loop" not in owner
    return node.args[0] if name in ("create_task", "ensure_future") and not is_held else None


def _is_pair(node: ast.expr | None) -> bool:
    """A body and a status, as Flask takes them."""
    if not isinstance(node, ast.Tuple) or len(node.elts) != 2:
        return False
    status = node.elts[1]
    is_number = isinstance(status, ast.Constant) and isinstance(status.value, int)
    return is_number or "status" in ast.unparse(status)


def _is_plain_gather(node: ast.expr) -> bool:
    """A gather that ends with the first of its tasks that fails or is cancelled."""
    if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] != "gather":
        return False
    return all(keyword.arg != "return_exceptions" for keyword in node.keywords)


def _is_gathered(node: ast.expr, *, alone: bool = False) -> bool:
    """Is it what gather gives back, or `not` of it; `alone`: of one call."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node = node.operand
    if not isinstance(node, ast.Await) or not isinstance(node.value, ast.Call):
        return False
    call = node.value
    if ast.unparse(call.func).rpartition(".")[2] != "gather":
        return False
    return not alone or (len(call.args) == 1 and not isinstance(call.args[0], ast.Starred))
