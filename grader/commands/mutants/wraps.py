"""Mistakes around a whole function: what it does is put into something that goes wrong.

A wrap stands around a given function, as the learner's part calls it, or around a function of
the learner's part itself.
"""

import ast
from collections.abc import Iterator
from copy import deepcopy

HEAD = """
import asyncio, functools, json, time
from fastapi import HTTPException, Response
from fastapi.encoders import jsonable_encoder

def _key(a, k):
    plain = (int, str, float, dict, list, tuple, type(None))
    return repr([x.model_dump() if hasattr(x, "model_dump") else x
                 for x in (*a, *k.values()) if hasattr(x, "model_dump") or isinstance(x, plain)])
"""
ANY = {
    "remembers_by_argument": (
        "kept = {}",
        "if _key(a, k) not in kept: kept[_key(a, k)] = await call()\nreturn kept[_key(a, k)]",
    ),
    "remembers_for_ever": (
        "kept = []",
        "if not kept: kept.append(await call())\nreturn kept[0]",
    ),
    "tries_again": (
        "",
        "try: return await call()\nexcept HTTPException: raise\n"
        "except Exception: return await call()",
    ),
    "gives_up_after_a_failure": (
        "failed = []",
        "if failed: raise RuntimeError('given up')\ntry: return await call()\n"
        "except HTTPException: raise\nexcept Exception: failed.append(1); raise",
    ),
    "loses_a_slot_on_failure": (
        "slots = asyncio.Semaphore(60)",
        "await slots.acquire()\nresult = await call()\nslots.release()\nreturn result",
    ),
    "one_at_a_time": ("lock = asyncio.Lock()", "async with lock: return await call()"),
    "sixty_at_a_time": (
        "slots = asyncio.Semaphore(60)",
        "async with slots: return await call()",
    ),
    "gives_up_after_ten_seconds": ("", "return await asyncio.wait_for(call(), 10)"),
    "blocks_first": ("", "time.sleep(0.1)\nreturn await call()"),
}
"""By name: what is kept between calls, and what one call does. `call()` is the true work."""
GIVEN = {
    "hides_a_failure_as_none": (
        "",
        "try: return await call()\nexcept HTTPException: raise\nexcept Exception: return None",
    ),
    "hides_a_failure_as_empty": (
        "",
        "try: return await call()\nexcept HTTPException: raise\nexcept Exception: return {}",
    ),
    "takes_nothing_for_none": ("", "return (await call()) or None"),
}
ENDPOINT = {
    "swallows_a_cancellation": (
        "",
        "try: return await call()\nexcept HTTPException: raise\n"
        "except BaseException: raise HTTPException(500)",
    ),
    "answers_in_plain_text": (
        "",
        "return Response(json.dumps(jsonable_encoder(await call())), media_type='text/plain')",
    ),
}


def wrapped(tree: ast.Module, parts: list[ast.stmt], given: list[str]) -> Iterator[tuple[str, str]]:
    """For each wrap: a name, and the text of the whole program.

    `given` are the given `async def` functions that the learner's `parts` call.
    """
    for function in given:
        returns = next(
            node.returns
            for node in tree.body
            if isinstance(node, ast.AsyncFunctionDef) and node.name == function
        )
        promised = returns is not None and ast.unparse(returns).startswith(("dict", "None"))
        for kind, (before, body) in {**ANY, **GIVEN}.items():
            if kind == "takes_nothing_for_none" and promised:
                continue  # its keys are always there, or it is None already
            yield f"{kind} around {function}", _around_given(tree, parts, function, before, body)
    for index, part in enumerate(tree.body):
        if any(part is each for each in parts) and _is_plain(part):
            assert isinstance(part, ast.AsyncFunctionDef)
            for kind, (before, body) in {
                **ANY,
                **(ENDPOINT if _is_endpoint(part) else {}),
            }.items():
                changed = deepcopy(tree)
                twin = changed.body[index]
                assert isinstance(twin, ast.AsyncFunctionDef)
                twin.decorator_list.append(ast.Name("_wrap", ast.Load()))
                if kind in ENDPOINT:
                    twin.returns = None
                yield f"{kind} around {part.name}", _whole(changed, before, body)


def _around_given(
    tree: ast.Module, parts: list[ast.stmt], function: str, before: str, body: str
) -> str:
    twins: dict[int, ast.AST] = {}
    changed = deepcopy(tree, twins)
    for part in parts:
        for node in ast.walk(twins[id(part)]):
            if isinstance(node, ast.Name) and node.id == function:
                node.id = f"_{function}"
    place = next(i for i, n in enumerate(changed.body) if getattr(n, "name", "") == function)
    more = f"@_wrap\nasync def _{function}(*a, **k): return await {function}(*a, **k)"
    changed.body[place + 1 : place + 1] = ast.parse(more).body
    return _whole(changed, before, body)


def _whole(changed: ast.Module, before: str, body: str) -> str:
    inner = body.replace("\n", "\n        ")
    wrap = f"""
def _wrap(f):
    {before or "pass"}
    @functools.wraps(f)
    async def inner(*a, **k):
        async def call(): return await f(*a, **k)
        {inner}
    return inner
"""
    imports = (ast.Import, ast.ImportFrom)
    last = max(i for i, node in enumerate(changed.body) if isinstance(node, imports))
    changed.body[last + 1 : last + 1] = ast.parse(HEAD + wrap).body
    return ast.unparse(ast.fix_missing_locations(changed))


def _is_plain(part: ast.stmt) -> bool:
    """A coroutine function: no generator, and not a dependency's or lifespan's half."""
    return isinstance(part, ast.AsyncFunctionDef) and not any(
        isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(part)
    )


def _is_endpoint(part: ast.AsyncFunctionDef) -> bool:
    methods = ("app.get", "app.post", "app.put", "app.delete", "app.patch")
    return any(
        isinstance(each, ast.Call) and ast.unparse(each.func) in methods
        for each in part.decorator_list
    )
