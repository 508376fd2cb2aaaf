"""What an answer gets instead of modules that it may well import, and that reach too far.

Tests of its own (pytest, unittest, respx) do not run while it is graded, unless an exercise asks
for tests: a thing that does nothing is enough, but for what compares. Of `gc`, `operator`,
`signal` and `builtins` it gets what an answer needs.
"""

import gc
import operator
import signal
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any
from unittest import mock

import pytest


def _fail(reason: str = "", **_rest: object) -> None:
    raise AssertionError(reason)


REAL = {"ANY": mock.ANY, "approx": pytest.approx, "fail": _fail, "raises": pytest.raises}
"""What 36's tests may well use: they do run. It compares, and reaches nothing."""
NAMES = ("gc", "operator", "signal", "builtins")


class Inert:
    """A module, function, class or decorator that does nothing; it decorates by handing back."""

    __version__ = "0"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return args[0] if len(args) == 1 and not kwargs and callable(args[0]) else self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return REAL.get(name, self)

    def __getitem__(self, key: Any) -> Any:
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        return ()  # `class TestCheckout(unittest.TestCase)` is a plain class

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, *error: object) -> None:
        pass


class _Collector(ModuleType):
    """`gc` that collects; what finds or freezes other people's objects is `refused`."""

    def __init__(self, refused: Callable[[str], Any]) -> None:
        super().__init__("gc")
        self._refused = refused
        self.collect = gc.collect
        for name in ("disable", "enable", "freeze", "set_threshold", "unfreeze", "set_debug"):
            setattr(self, name, lambda *_: None)
        self.isenabled = lambda: True
        self.get_count, self.get_threshold = lambda: (0, 0, 0), lambda: (700, 10, 10)
        self.get_debug = self.get_freeze_count = lambda: 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self._refused(f"uses gc.{name}")


def _copy(name: str, **other: Any) -> ModuleType:
    """A module as it is but for these functions; who assigns to it changes nobody else's."""
    copy = ModuleType(name)
    vars(copy).update(vars(sys.modules[name]))
    vars(copy).update(other)
    return copy


def make(name: str, refused: Callable[[str], Any], check: Callable[[Any], None]) -> Any:
    """The stand-in for this module; `check` raises for an attribute's name that is refused."""

    def attrgetter(*names: Any) -> Any:
        for each in names:
            for part in str.split(each, ".") if isinstance(each, str) else ():
                check(part)
        return operator.attrgetter(*names)

    def methodcaller(name: Any, *args: Any, **kwargs: Any) -> Any:
        check(name)
        return operator.methodcaller(name, *args, **kwargs)

    def handle(number: int, handler: Any) -> Any:
        if not callable(handler):
            return signal.signal(number, handler)
        # Without the frame that it interrupts, which may be the grader's.
        return signal.signal(number, lambda given, frame: handler(given, None))

    if name == "gc":
        return _Collector(refused)
    if name == "operator":
        return _copy(name, attrgetter=attrgetter, methodcaller=methodcaller)
    if name == "signal":
        return _copy(name, signal=handle)
    return Inert()
