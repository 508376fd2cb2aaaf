"""Which parameter holds what does not belong there, as an exception tells it."""

import linecache
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.trace import parameters

TEXT = """
import asyncio
from decimal import Decimal


def by_class(rate: Decimal):
    return rate.sqrt()


def by_module(load: asyncio.Task[int]):
    return load.cancelled()


def by_key(name: str, known: dict):
    return known[name]


def by_default(name: str = None):
    return name.upper()
"""


@pytest.fixture
def names(tmp_path: Path) -> Iterator[dict[str, Any]]:
    path = tmp_path / "answer.py"
    path.write_text(TEXT, encoding="utf-8")
    names: dict[str, Any] = {"path": str(path)}
    exec(compile(TEXT, str(path), "exec"), names)
    yield names
    linecache.clearcache()


@pytest.mark.parametrize(
    ("function", "given", "told"),
    [
        ("by_class", ["seven"], "`rate` holds 'seven' (str)"),
        ("by_module", ["EUR"], "`load` holds 'EUR' (str)"),
        ("by_key", [frozenset(), {}], "`name` holds a frozenset"),
        ("by_key", ["EUR", {}], ""),
        ("by_default", [], ""),
    ],
)
def test_the_parameter_is_told(
    names: dict[str, Any], function: str, given: list[Any], told: str
) -> None:
    """A key that is missing is no other type, and a None is told by its own words."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each raises another one
        names[function](*given)
    assert parameters.misplaced(names["path"], caught.value) == told
