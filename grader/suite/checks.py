"""Checks whose failure carries numbers, not only a text."""

import inspect
import math
import secrets
from typing import Any

import httpx

from grader.model.evidence import Check
from grader.wording import count, short


class CheckFailed(AssertionError):  # noqa: N818 - it reads as what happened
    """A check did not hold; `check` is what the diagnosis works with."""

    def __init__(self, kind: str, expected: str, actual: str, /, **detail: Any) -> None:
        super().__init__(f"expected {expected}, got {actual}")
        self.check = Check(kind=kind, expected=expected, actual=actual, detail=detail)


def token() -> str:
    """A fresh random text: an answer cannot have it hard-coded."""
    return secrets.token_hex(4)


def expect(holds: bool, kind: str, expected: str, actual: str, /, **detail: Any) -> None:
    """Raise CheckFailed unless `holds`; for checks that the others do not cover."""
    if not holds:
        raise CheckFailed(kind, expected, actual, **detail)


def status(response: httpx.Response, expected: int) -> None:
    """The response has that status code."""
    actual = response.status_code
    expect(actual == expected, "status", f"status {expected}", f"status {actual}", status=actual)


def same(actual: object, expected: object) -> None:
    """Both are equal JSON-like values of exactly the same built-in types.

    `True` is not `1`, and a value's own `__eq__` is never asked. Raises CheckFailed
    with the path of the first difference.
    """
    difference = _difference(actual, expected, "")
    if difference is not None:
        path, wanted, got, how = difference
        raise CheckFailed("value", wanted, got, path=path, how=how)


def _difference(actual: object, expected: object, path: str) -> tuple[str, str, str, str] | None:
    if inspect.isawaitable(actual):
        name = getattr(actual, "__name__", type(actual).__name__)
        return path, short(expected), f"a coroutine, {name}(), that was not awaited", "coroutine"
    if type(actual) is not type(expected):
        names = f"{short(actual)} ({_type_name(actual)})"
        return path, f"{short(expected)} ({_type_name(expected)})", names, "type"
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _dict_difference(actual, expected, path)
    if isinstance(expected, list | tuple) and isinstance(actual, list | tuple):
        if len(actual) != len(expected):
            return path, count(len(expected), "item"), count(len(actual), "item"), "length"
        for index, (got, wanted) in enumerate(zip(actual, expected, strict=True)):
            found = _difference(got, wanted, f"{path}[{index}]")
            if found is not None:
                return found
        return None
    if isinstance(expected, float) and isinstance(actual, float):
        equal = math.isclose(actual, expected, rel_tol=1e-9, abs_tol=1e-9)
    else:
        equal = bool(actual == expected)
    return None if equal else (path, short(expected), short(actual), "value")


def _dict_difference(
    actual: dict[Any, Any], expected: dict[Any, Any], path: str
) -> tuple[str, str, str, str] | None:
    for key, wanted in expected.items():
        where = f"{path}.{key}" if path else str(key)
        if key not in actual:
            return where, short(wanted), f"no key {key!r}", "missing"
        found = _difference(actual[key], wanted, where)
        if found is not None:
            return found
    for key in actual:
        if key not in expected:
            where = f"{path}.{key}" if path else str(key)
            return where, f"no key {str(key)[:60]!r}", short(actual[key]), "extra"
    return None


def _type_name(value: object) -> str:
    return "null" if value is None else type(value).__name__
