"""Seals tell what was replaced, put it back, and leave what the grader itself replaces alone."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from grader.security import seals
from grader.security.seals import Seals


def original() -> int:
    return 1


def other() -> int:
    return 2


class Liar:
    """Says that it equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


@pytest.fixture
def module() -> Iterator[Any]:
    module: Any = ModuleType("respx.made_up")
    module.call = original
    module.Kind = type("Kind", (), {"__module__": "respx.made_up", "ask": original})
    seals.take()
    yield module
    seals.take()


def test_a_replaced_function_is_told_and_put_back(module: Any) -> None:
    """By identity: what says that it is equal is told as well."""
    kept = Seals([module])
    for value in (other, Liar(), None):
        module.call = value
        kept.check()
        assert seals.take() == ["respx.made_up.call"]
        assert module.call is original
    kept.check()
    assert seals.take() == []


def test_methods_are_sealed_and_none_may_be_added(module: Any) -> None:
    """A method that is replaced, removed or put in front of an inherited one."""
    kept = Seals([module])
    module.Kind.ask = other
    module.Kind.more = other
    kept.check()
    assert sorted(seals.take()) == ["Kind.ask", "Kind.more"]
    assert module.Kind.ask is original
    assert not hasattr(module.Kind, "more")


def test_what_the_grader_puts_there_is_no_finding(module: Any) -> None:
    """Neither meanwhile nor afterwards."""
    kept = Seals([module])
    with seals.put(module, "call", other):
        assert module.call is other
    kept.check()
    assert seals.take() == []
    assert module.call is original


def test_who_replaces_the_graders_own_is_told(module: Any) -> None:
    """Also when nobody looks before the original is back."""
    with seals.put(module, "call", other):
        module.call = len
    assert seals.take() == ["respx.made_up.call"]
    assert module.call is original


def test_what_a_broken_test_leaves_behind_is_no_finding(module: Any) -> None:
    """A `put` that ends late, when the next test has its own, disturbs nobody."""
    kept = Seals([module])
    late = seals.put(module, "call", other)
    late.__enter__()
    kept.check()
    assert module.call is original
    with seals.put(module, "call", len):
        late.__exit__(None, None, None)
        assert vars(module)["call"] is len
    assert module.call is original
    assert seals.take() == []


def test_a_method_in_front_of_an_objects_own_is_told() -> None:
    """An attribute that hides a method of the class."""

    class Loop:
        def time(self) -> float:
            return 0.0

    loop: Any = Loop()
    with seals.unshadowed(loop):
        loop.name = "mine"
        loop.time = other
    assert seals.take() == ["Loop.time"]
