"""Calls of libraries that Python takes, and that do something else than was meant."""

import ast
import re
from collections.abc import Iterator
from typing import TypeVar

from grader.model.slips import Slip, SlipKind

IN_THREAD = {"to_thread": 0, "run_in_threadpool": 0, "run_in_executor": 1}
"""Calls that run a function in a thread, by its place among the arguments."""
HANDED = {**IN_THREAD, "add_task": 0, "add_done_callback": 0, "call_soon_threadsafe": 0}
"""Calls that are handed a function."""
ASKING = ("get", "post", "put", "patch", "delete", "request", "send")
"""What an httpx client is asked with."""
WRITES = re.compile(r"^\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
CACHES = re.compile(r"(?:functools\.)?(?:lru_cache|cache)(?:\(.*\))?")
TEXTS = re.compile(r"(?:PlainText|HTML)Response")
"""Responses that are no JSON."""
LOCKS = ("Semaphore", "BoundedSemaphore", "Lock", "CapacityLimiter")
"""What holds back those who share it."""
OPENS = re.compile(r"\bconnect\(|\b[Ss]ession\w*\(\)")
KEEPS = re.compile(r"\.commit\(|\.begin\(|isolation_level|autocommit|\bCOMMIT\b")
"""What makes a write last."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
Node = TypeVar("Node", bound=ast.AST)
MAX_CODE = 80
"""Characters of one that are told."""


def kind_of(call: ast.Call) -> SlipKind | None:
    """What is wrong with this call, looked at by itself."""
    name = ast.unparse(call.func).rpartition(".")[2]
    if ast.unparse(call.func) == "httpx.Client":
        return "sync_client"
    place = HANDED.get(name)
    if place is not None and len(call.args) > place:
        handed = call.args[place]
        handed = handed.value if isinstance(handed, ast.Await) else handed
        if isinstance(handed, ast.Call) and "partial" not in ast.unparse(handed.func):
            return "handed_call"
    if name == "HTTPException" and len(call.args) == 2:
        first, second = call.args
        is_text = isinstance(first, ast.JoinedStr) or isinstance(getattr(first, "value", 0), str)
        if is_text and isinstance(getattr(second, "value", ""), int):
            return "swapped_status"
    return None


def of_module(module: ast.Module) -> Iterator[Slip]:
    """What only the whole file shows."""
    text = ast.unparse(module)
    functions = [n for n in ast.walk(module) if isinstance(n, ast.AsyncFunctionDef)]
    coroutines = {f.name for f in functions} | {"asyncio.sleep", "sleep"}
    managers = {
        f.name: decorator
        for f in functions
        for decorator in f.decorator_list
        if "contextmanager" in ast.unparse(decorator)
    }
    starts = [f for f in functions if _is_lifespan(f)]
    for node in ast.walk(module):
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
            yield from _statuses(node)
            yield from _caches(node)
        if isinstance(node, ast.AsyncFunctionDef):
            yield from _acquires(node)
            yield from _yields(node)
            yield from _writes(node)
            yield from _locks(node)
            yield from _streams(node)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if ast.unparse(node.value).endswith("app.state"):
                yield slip("app_state", node)
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            if TEXTS.fullmatch(name):
                yield slip("content_type", node.func)
            for keyword in node.keywords:
                if keyword.arg == "media_type":
                    yield slip("content_type", keyword.value)
                elif keyword.arg == "background" and name.endswith("Response"):
                    yield slip("own_background", node)
            if name in ("anext", "__anext__"):
                yield slip("anext", node)
            elif name == "Limits":
                yield slip("pool_limits", node)
            elif name == "Depends" and node.args:
                made = managers.get(ast.unparse(node.args[0]))
                if made is not None:
                    yield slip("managed_dependency", made)
            given = [k.arg for k in node.keywords]
            if name == "FastAPI" and starts and "lifespan" not in given:
                yield Slip(kind="no_lifespan", code=starts[0].name, line=node.lineno)
            place = IN_THREAD.get(name)
            if place is not None and len(node.args) > place:
                run = ast.unparse(node.args[place])
                asks = run.rpartition(".")[2] in ASKING and "AsyncClient" in text
                if run in coroutines or asks:
                    yield slip("async_in_thread", node.args[place])


def _is_lifespan(function: ast.AsyncFunctionDef) -> bool:
    makers = [ast.unparse(decorator) for decorator in function.decorator_list]
    takes = [argument.arg for argument in function.args.args]
    return takes == ["app"] and any("contextmanager" in maker for maker in makers)


def _yields(function: ast.AsyncFunctionDef) -> Iterator[Slip]:
    """A second `yield`, and an `except` round one that keeps what it catches."""
    yields = [part for part in ast.walk(function) if isinstance(part, ast.Yield)]
    if len(yields) > 1:
        last = max(yields, key=lambda part: part.lineno)
        yield Slip(kind="second_yield", code="yield", line=last.lineno)
    for part in ast.walk(function):
        if not isinstance(part, ast.Try):
            continue
        inside = (p for statement in part.body for p in ast.walk(statement))
        if any(isinstance(p, ast.Yield) for p in inside):
            for handler in part.handlers:
                if not any(isinstance(p, ast.Raise) for p in ast.walk(handler)):
                    yield Slip(kind="kept_behind_yield", code="except", line=handler.lineno)


def _caches(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Slip]:
    is_async = isinstance(function, ast.AsyncFunctionDef)
    for decorator in function.decorator_list:
        if CACHES.fullmatch(ast.unparse(decorator)) and (is_async or function.args.args):
            yield slip("cached_coroutine" if is_async else "cached", decorator)


def _acquires(function: ast.AsyncFunctionDef) -> Iterator[Slip]:
    """A lock that is taken by hand, and not given back where what follows fails."""
    ends = [
        part for t in _parts(function, ast.Try) for last in t.finalbody for part in ast.walk(last)
    ]
    names = {part.attr for part in ends if isinstance(part, ast.Attribute)}
    if "release" in names:
        return
    for part in _parts(function, ast.Await):
        taken = part.value.func if isinstance(part.value, ast.Call) else None
        if isinstance(taken, ast.Attribute) and taken.attr == "acquire":
            yield slip("acquires", part.value)


def _locks(function: ast.AsyncFunctionDef) -> Iterator[Slip]:
    """A lock that this call of the function makes, and nobody else can get."""
    inner = [n for n in ast.walk(function) if isinstance(n, FUNCTIONS) and n is not function]
    elsewhere = {id(part) for each in inner for part in ast.walk(each)}
    entered = [i.context_expr for w in _parts(function, ast.AsyncWith) for i in w.items]
    alone = {id(expr) for expr in entered}
    alone |= {
        id(part.value)
        for part in _parts(function, ast.Attribute)
        if part.attr in ("acquire", "release", "locked")
    }
    for expr in entered:
        if _is_lock(expr) and id(expr) not in elsewhere:
            yield slip("own_lock", expr)
    for made in _parts(function, ast.Assign):
        if not _is_lock(made.value) or not isinstance(made.targets[0], ast.Name):
            continue
        name = made.targets[0].id
        uses = [n for n in _parts(function, ast.Name) if n.id == name and n is not made.targets[0]]
        if uses and all(id(use) in alone and id(use) not in elsewhere for use in uses):
            yield slip("own_lock", made.value)


def _is_lock(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in LOCKS


def _parts(function: ast.AsyncFunctionDef, kind: type[Node]) -> list[Node]:
    return [part for part in ast.walk(function) if isinstance(part, kind)]


def _streams(function: ast.AsyncFunctionDef) -> Iterator[Slip]:
    """A block that ends with the `return` of what will read on with the block's own thing."""
    for block in _parts(function, ast.AsyncWith):
        names = {i.optional_vars.id for i in block.items if isinstance(i.optional_vars, ast.Name)}
        for part in (p for statement in block.body for p in ast.walk(statement)):
            made = part.value if isinstance(part, ast.Return) else None
            if not isinstance(made, ast.Call) or "StreamingResponse" not in ast.unparse(made.func):
                continue
            if names & {n.id for n in ast.walk(made) if isinstance(n, ast.Name)}:
                yield slip("streamed_out_of", block)


def _writes(function: ast.AsyncFunctionDef) -> Iterator[Slip]:
    """A function that opens its own connection, writes, and never commits."""
    text = ast.unparse(function)
    if not OPENS.search(text) or KEEPS.search(text):
        return
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        words = getattr(node.args[0], "value", 0)
        if isinstance(words, str) and WRITES.match(words):
            yield Slip(kind="no_commit", code=words.split()[0].upper(), line=node.lineno)
        elif ast.unparse(node.func).endswith("session.add"):
            yield Slip(kind="no_commit", code="add", line=node.lineno)


def _statuses(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Slip]:
    for decorator in function.decorator_list:
        keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
        for keyword in keywords:
            if keyword.arg == "status_code":
                yield slip("decorated_status", keyword.value)
            elif keyword.arg == "response_model":
                yield slip("response_model", keyword.value)


def slip(kind: SlipKind, node: ast.stmt | ast.expr | ast.ExceptHandler) -> Slip:
    """One of that kind: the first line of its code, cut, and its place."""
    code = ast.unparse(node).partition("\n")[0]
    code = code if len(code) <= MAX_CODE else f"{code[:MAX_CODE]}..."
    return Slip(kind=kind, code=code, line=node.lineno)
