"""What the names of an answer's module hold on to."""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from starlette.datastructures import State

CONTAINERS = (list, tuple, set, frozenset, deque)
MOST = 100_000
"""Objects to look at; more belong to no answer."""


def tasks(module: ModuleType) -> Iterator["asyncio.Task[Any]"]:
    """The tasks that the module's names reach: through containers, through objects of its classes
    and through an app's `state`.
    """
    known: set[int] = set()
    todo: list[Any] = list(vars(module).values())
    while todo and len(known) < MOST:
        thing = todo.pop()
        if id(thing) in known:
            continue
        known.add(id(thing))
        if isinstance(thing, asyncio.Task):
            yield thing
        else:
            todo += _inside(thing, module)


def _inside(thing: Any, module: ModuleType) -> Iterable[Any]:
    if type(thing) in CONTAINERS:
        return thing  # type: ignore[no-any-return]
    if type(thing) is dict:
        return [*thing.keys(), *thing.values()]
    if type(thing) is State:
        return thing._state.values()
    if type(thing).__module__ == module.__name__ or isinstance(thing, type):
        own = getattr(thing, "__module__", None) == module.__name__
        return list(getattr(thing, "__dict__", {}).values()) if own else ()
    state = vars(thing).get("state") if type(thing).__name__ == "FastAPI" else None
    return (state,) if state is not None else ()
