"""Seals on what a verdict relies on: an answer that replaces it gets nothing for that test.

Snapshots of functions and classes are taken before any learner code runs and compared after
each test; what the grader itself replaces meanwhile goes through `put`. What has changed is
noted here and put back, and the test is void.
"""

import sys
import types
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import is_
from typing import Any, NamedTuple

FUNCTIONS = (
    types.BuiltinFunctionType,
    types.FunctionType,
    types.MethodDescriptorType,
    types.MethodType,
)
SEALED_TYPES = (*FUNCTIONS, type, staticmethod, classmethod, property, types.WrapperDescriptorType)
RELIED_ON = tuple(
    "_pytest.outcomes _pytest.python _pytest.reports _pytest.runner _weakrefset aiosqlite asyncio "
    "builtins contextlib fractions grader.child grader.clock grader.model grader.security "
    "grader.suite grader.trace httpx inspect json pluggy pydantic.main random respx secrets "
    "selectors sqlite3 threading time weakref".split()
)
"""Modules, with those below them and the classes of both, that a verdict relies on."""
HOOKS = frozenset(
    {"JSONEncoder.default", "builtins.breakpoint", "builtins.input", "threading.excepthook"}
)
"""Hooks that Python offers for replacement."""

_broken: list[str] = []
_ours: list[Any] = []


def note(what: str) -> None:
    """Something that a verdict relies on was replaced."""
    if what not in _broken:
        _broken.append(what)


def take() -> list[str]:
    """What was noted since the last time."""
    found = _broken[:]
    _broken.clear()
    return found


@contextmanager
def put(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Replace an attribute in this block; note when somebody else replaces it there."""
    before = vars(owner)[name]
    setattr(owner, name, value)
    put_there = vars(owner)[name]
    _ours.append(put_there)
    try:
        yield
    finally:
        now = vars(owner).get(name)
        if now is put_there or not (now is before or _is_ours(now)):
            if now is not put_there:
                note(_name(owner, name))
            setattr(owner, name, before)
        _ours[:] = [ours for ours in _ours if ours is not put_there]


@contextmanager
def unshadowed(thing: Any) -> Iterator[None]:
    """Note when in this block an attribute of `thing` comes to hide a method of its class."""
    known = set(vars(thing))
    try:
        yield
    finally:
        for name in (vars(thing).keys() - known) & set(dir(type(thing))):
            note(f"{type(thing).__name__}.{name}")


class _Kept(NamedTuple):
    """One module or class: its namespace `inside`, what is sealed in it, and its `size` then."""

    owner: Any
    inside: Any
    names: tuple[str, ...]
    values: tuple[Any, ...]
    size: int


class Seals:
    """The functions and classes of some modules, as they are now."""

    def __init__(self, modules: Iterable[types.ModuleType]) -> None:
        self._kept: list[_Kept] = []
        seen: set[int] = set()
        for module in modules:
            self._keep(module)
            for value in list(vars(module).values()):
                if isinstance(value, type) and id(value) not in seen:
                    seen.add(id(value))
                    if value.__module__.startswith(RELIED_ON):
                        self._keep(value)

    def _keep(self, owner: Any) -> None:
        inside: Any = vars(owner)
        kept = {
            name: value
            for name, value in inside.items()
            if isinstance(value, SEALED_TYPES) and _name(owner, name) not in HOOKS
        }
        self._kept.append(_Kept(owner, inside, tuple(kept), tuple(kept.values()), len(inside)))

    def check(self) -> None:
        """Note what has changed and put it back."""
        for kept in self._kept:
            if not all(map(is_, map(kept.inside.get, kept.names), kept.values)):
                for name, value in zip(kept.names, kept.values, strict=True):
                    if (now := kept.inside.get(name)) is not value:
                        if not _is_ours(now):
                            note(_name(kept.owner, name))
                        setattr(kept.owner, name, value)
            if len(kept.inside) > kept.size and isinstance(kept.owner, type):
                for name in kept.inside.keys() - set(kept.names):
                    if not name.startswith("__") and isinstance(kept.inside[name], FUNCTIONS):
                        note(_name(kept.owner, name))
                        delattr(kept.owner, name)


def of_process() -> Seals:
    """Seals on the loaded modules that a verdict relies on, before any learner code is loaded."""
    below = tuple(f"{name}." for name in RELIED_ON)
    return Seals(
        module
        for name, module in sorted(sys.modules.items())
        if (name in RELIED_ON or name.startswith(below)) and isinstance(module, types.ModuleType)
    )


def _is_ours(value: Any) -> bool:
    """Whether `put` put it there; a test that ends abruptly leaves it until its block ends."""
    return any(value is ours for ours in _ours)


def _name(owner: Any, name: str) -> str:
    if isinstance(owner, type):
        return f"{owner.__qualname__}.{name}"
    return f"{owner.__name__}.{name}"
