"""Checks whose failure carries numbers, not only a text."""

import asyncio
import inspect
import math
import secrets
from collections.abc import Sequence
from typing import Any, Literal

import httpx
from pydantic import TypeAdapter, ValidationError

from grader.model.evidence import (
    CallsCheck,
    Check,
    HiddenCheck,
    LeftOpenCheck,
    Leftover,
    OutlivedCheck,
    PeakCheck,
    RateCheck,
    SharedCancelCheck,
    StatusCheck,
    ValueCheck,
)
from grader.trace.recorder import Record
from grader.wording import count, seconds, short

How = Literal["value", "type", "missing", "extra", "length", "coroutine"]
Difference = tuple[str, str, str, How]
"""Path, expected, actual, and in what they differ."""
_CHECK: TypeAdapter[Check] = TypeAdapter(Check)
A_MOMENT = 0.01
"""Seconds by which two calls may be too close: the wall clock's timers are early at times."""


class CheckFailed(AssertionError):  # noqa: N818 - it reads as what happened
    """A check did not hold; `check` is what the diagnosis works with.

    `visit` is the number of the request whose response it looked at, and `value` the whole of
    what it compared, where that is known.
    """

    def __init__(self, check: Check, *, visit: int | None = None, value: object = None) -> None:
        super().__init__(f"expected {check.expected}, got {check.actual}")
        self.check = check
        self.visit = visit
        self.value = value


class SuiteError(TypeError):
    """The suite itself is at fault: a check was called with what it does not take."""


def token() -> str:
    """A fresh random text: an answer cannot have it hard-coded."""
    return secrets.token_hex(4)


def expect(holds: bool, kind: str, expected: str, actual: str, /, **detail: Any) -> None:
    """Raise CheckFailed unless `holds`; for checks that the named ones do not cover.

    `kind` and `detail` are those of a check of model/evidence.py. Raises SuiteError at once,
    also when it holds, for a kind or a detail that there is not.

        expect(response.elapsed_calls == 2, "value", "2 calls", "3 calls", path="calls")
    """
    try:
        check = _CHECK.validate_python(
            {"kind": kind, "expected": expected, "actual": actual, **detail}
        )
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SuiteError(f"expect(..., {kind!r}, ...) in the suite: {said}.") from None
    if not holds:
        raise CheckFailed(check)


def status(response: httpx.Response, expected: int) -> None:
    """The response has that status code: `status(response, 200)`."""
    actual = response.status_code
    if actual != expected:
        raise CheckFailed(
            StatusCheck(expected=f"status {expected}", actual=f"status {actual}", status=actual),
            visit=getattr(response, "visit", None),
        )


def called(
    name: str,
    ran: int,
    times: int,
    *,
    expected: str = "",
    actual: str = "",
    line: int | None = None,
) -> None:
    """Something ran or was made exactly `times` times: `called("find_status", ran, 200)`.

    For a stand-in, `fake.was_called(times)` says the same.
    """
    if ran == times:
        return
    raise CheckFailed(
        CallsCheck(
            kind="called_too_often" if ran > times else "not_called",
            expected=expected or f"{count(times, 'call')} of {name}",
            actual=actual or count(ran, "call"),
            name=name,
            times=times,
            ran=ran,
            line=line,
        )
    )


def at_most(most: int, allowed: int, name: str, *, expected: str = "", actual: str = "") -> None:
    """At most `allowed` calls of `name` ran at the same time.

    at_most(trace.peak("make_thumbnail"), 4, "make_thumbnail")
    """
    if most > allowed:
        raise CheckFailed(
            PeakCheck(
                expected=expected or f"{allowed} at a time",
                actual=actual or f"{most} at a time",
                most=most,
                allowed=allowed,
                name=name,
            )
        )


def at_most_in(stretch: float, allowed: int, calls: Sequence[Record]) -> None:
    """At most `allowed` of the calls began within any `stretch` seconds, wherever they lie.

    at_most_in(1.0, 5, trace.named("ask_partner"))
    """
    for first in calls:
        within = [c for c in calls if first.start <= c.start < first.start + stretch - A_MOMENT]
        if len(within) > allowed:
            end = max(call.start for call in within)
            raise CheckFailed(
                RateCheck(
                    expected=f"at most {count(allowed, 'call')} in any {seconds(stretch)}",
                    actual=f"{len(within)} between {seconds(first.start)} and {seconds(end)}",
                    name=first.name,
                    most=len(within),
                    allowed=allowed,
                    stretch_seconds=stretch,
                    start=float(first.start),
                    end=float(end),
                    line=first.line,
                )
            )


def nothing_left(left: Sequence[Leftover], expected: str = "nothing left running") -> None:
    """Nothing is left open or running: `nothing_left(trace.leaked())`."""
    if left:
        raise CheckFailed(
            LeftOpenCheck(
                expected=expected,
                actual=left[0].what,
                line=left[0].line,
                running=left[0].running,
            )
        )


def none_outlived(calls: Sequence[Record], response: httpx.Response, left: float) -> None:
    """None of the calls went on after the response had left, at the moment `left`.

    Looks back: let time pass before, for as long as a call may take.

        response, left = await client.post("/trips/7"), clock.now()
        await clock.sleep(3.0)
        none_outlived(trace.named("book_hotel"), response, left)
    """
    for call in calls:
        if call.end is None or call.end > left:
            until = "it goes on" if call.end is None else f"it went on until {seconds(call.end)}"
            raise CheckFailed(
                OutlivedCheck(
                    expected=f"{call.name} to have ended when the response leaves",
                    actual=until,
                    name=call.label,
                    status=response.status_code,
                    left=float(left),
                    end=None if call.end is None else float(call.end),
                    line=call.line,
                ),
                visit=getattr(response, "visit", None),
            )


def unharmed(stayed: Sequence["asyncio.Task[Any]"], name: str, gone: int = 1) -> None:
    """Nobody of those who stayed was cancelled with the `gone` callers whom the suite cancelled.

    `name` is the function whose result all of them were waiting for.

        callers[0].cancel()
        await asyncio.wait(callers)
        unharmed(callers[1:], "load_rate")
    """
    others = sum(task.cancelled() for task in stayed)
    if others:
        raise CheckFailed(
            SharedCancelCheck(
                expected=f"a result for {count(len(stayed), 'caller')} who stayed",
                actual=f"{count(others, 'CancelledError')}",
                name=name,
                gone=gone,
                others=others,
            )
        )


def not_hidden(response: httpx.Response, name: str = "", actual: str = "") -> None:
    """Work failed, so the response has an error status: `not_hidden(response, "save_audit")`."""
    if response.status_code < 400:
        found = actual or f"status {response.status_code}"
        raise CheckFailed(
            HiddenCheck(expected="an error status", actual=found, name=name),
            visit=getattr(response, "visit", None),
        )


def same(actual: object, expected: object) -> None:
    """Both are equal JSON-like values of exactly the same built-in types.

    `True` is not `1`, and a value's own `__eq__` is never asked. Raises CheckFailed
    with the path of the first difference.
    """
    difference = _difference(actual, expected, "")
    if difference is not None:
        path, wanted, got, how = difference
        check = ValueCheck(expected=wanted, actual=got, path=path, how=how)
        raise CheckFailed(check, value=actual)


def _difference(actual: object, expected: object, path: str) -> Difference | None:
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
) -> Difference | None:
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
