"""Checks whose failure carries numbers, not only a text."""

import inspect
import math
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Protocol

from pydantic import TypeAdapter, ValidationError

from grader.model.checks import (
    HalfDoneCheck,
    OutcomeCheck,
    ReadAheadCheck,
    UnboundedCheck,
)
from grader.model.evidence import (
    CallsCheck,
    Check,
    HiddenCheck,
    LeftOpenCheck,
    Leftover,
    PeakCheck,
    StatusCheck,
    ValueCheck,
)
from grader.model.spans import Outcome
from grader.trace.circumstance import DICE, TOKENS, is_serving
from grader.trace.recorder import Record
from grader.wording import count, short

How = Literal["value", "type", "missing", "extra", "length", "coroutine"]
MAX_COMPARED = 300
"""Items of lists of unequal lengths that are held against each other."""
MAX_KEYS = 3
"""Keys that are told of a value that lacks one."""


class Difference(NamedTuple):
    """In what two values differ, and where; of lists, an item that one has and the other not.

    Where a key is missing, `surplus` are keys that are there, and that nobody asked for.
    """

    path: str
    expected: str
    actual: str
    how: How
    missing: str = ""
    surplus: str = ""


_CHECK: TypeAdapter[Check] = TypeAdapter(Check)


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


class Answered(Protocol):
    """A response, or the page of `client.stream`."""

    @property
    def status_code(self) -> int: ...


def token() -> str:
    """A fresh random text: an answer cannot have it hard-coded.

    response = await client.post("/signup", json={"email": f"{token()}@example.com"})
    """
    source = None if is_serving() else TOKENS.get()
    return f"{(source or DICE).getrandbits(32):08x}"


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


def status(response: Answered, expected: int) -> None:
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
    kept: bool = False,
) -> None:
    """Something ran or was made exactly `times` times: `called("find_status", ran, 200)`.

    For a stand-in, `fake.was_called(times)` says the same. `kept`: if it ran less often, then
    because the caller got what an earlier call had raised.
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
            kept=kept and ran < times,
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


def ended(call: Record, wanted: Outcome = "done") -> None:
    """The call has ended so: `done`, `failed` or `cancelled`.

    for call in trace.named("run_job"):
        ended(call, "cancelled")

    Raises CheckFailed of kind `outcome`.
    """
    outcome: Outcome | Literal["lost"] = "lost" if call.is_lost else call.outcome
    if outcome != wanted:
        raise CheckFailed(
            OutcomeCheck(
                expected=f"{call.label} to be {wanted}",
                actual=f"it is {outcome}",
                name=call.label,
                outcome=outcome,
                wanted=wanted,
                at=None if call.end is None else float(call.end),
                line=call.line,
            )
        )


def whole(actual: object, before: object, after: object, *, done: bool | None = None) -> None:
    """All of it has happened, or nothing: `actual` is `after` or `before`, whatever came between.

    whole(balances(database), before=[500, 700], after=[460, 740], done=response.status_code == 200)

    `done` says which of the two it is, where that is known. Raises CheckFailed of kind `half_done`.
    """
    right = [before, after] if done is None else [after if done else before]
    if all(_difference(actual, one, "") for one in right):
        raise CheckFailed(
            HalfDoneCheck(
                expected=" or ".join(map(short, right)),
                actual=short(actual),
                was=short(before),
                wanted=short(after),
                other=_is_other(actual, before, after),
            )
        )


def _is_other(actual: object, before: object, after: object) -> bool:
    """Does a list hold something that, in its place, neither of the two others has."""
    if not (isinstance(actual, list) and isinstance(before, list) and isinstance(after, list)):
        return False
    if not len(actual) == len(before) == len(after):
        return False
    rows = zip(actual, before, after, strict=True)
    return any(all(_difference(each, one, "") for one in (old, new)) for each, old, new in rows)


def not_ahead(fetched: int, read: int, allowed: int, name: str) -> None:
    """At most `allowed` pieces of `name` are fetched ahead of a reader who has read `read`.

    not_ahead(upstream.flows[0].sent, len(page.pieces), 3, "the file")

    Raises CheckFailed of kind `read_ahead`.
    """
    if fetched - read > allowed:
        raise CheckFailed(
            ReadAheadCheck(
                expected=f"{allowed} ahead of a reader who has {read}, at most",
                actual=f"{fetched} fetched",
                name=name,
                ahead=fetched - read,
                allowed=allowed,
            )
        )


def bounded(waiting: int, allowed: int, name: str) -> None:
    """At most `allowed` of `name` wait for one receiver: `bounded(30, 10, "bids")`.

    Raises CheckFailed of kind `unbounded`.
    """
    if waiting > allowed:
        raise CheckFailed(
            UnboundedCheck(
                expected=f"{allowed} {name} that wait, at most",
                actual=f"{waiting}",
                name=name,
                waiting=waiting,
                allowed=allowed,
            )
        )


def not_hidden(response: Answered, name: str = "", actual: str = "") -> None:
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
        raise CheckFailed(ValueCheck(**difference._asdict()), value=actual)


def _difference(actual: object, expected: object, path: str) -> Difference | None:
    if inspect.isawaitable(actual):
        name = getattr(actual, "__name__", type(actual).__name__)
        got = f"a coroutine, {name}(), that was not awaited"
        return Difference(path, short(expected), got, "coroutine")
    if type(actual) is not type(expected):
        names = f"{short(actual)} ({_type_name(actual)})"
        return Difference(path, f"{short(expected)} ({_type_name(expected)})", names, "type")
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _dict_difference(actual, expected, path)
    if isinstance(expected, list | tuple) and isinstance(actual, list | tuple):
        if len(actual) != len(expected):
            numbers = count(len(expected), "item"), count(len(actual), "item")
            missing, surplus = _without(expected, actual), _without(actual, expected)
            return Difference(path, *numbers, "length", missing, surplus)
        for index, (got, wanted) in enumerate(zip(actual, expected, strict=True)):
            found = _difference(got, wanted, f"{path}[{index}]")
            if found is not None:
                return found
        return None
    if isinstance(expected, float) and isinstance(actual, float):
        equal = math.isclose(actual, expected, rel_tol=1e-9, abs_tol=1e-9)
    else:
        equal = bool(actual == expected)
    return None if equal else Difference(path, short(expected), short(actual), "value")


def _without(several: Sequence[object], others: Sequence[object]) -> str:
    """The first of `several` that the others do not have, or have less often; empty for none."""
    left = list(others)
    if max(len(several), len(left)) > MAX_COMPARED:
        return ""
    for one in several:
        same = next((i for i, each in enumerate(left) if _difference(each, one, "") is None), None)
        if same is None:
            return short(one)
        del left[same]
    return ""


def _dict_difference(
    actual: dict[Any, Any], expected: dict[Any, Any], path: str
) -> Difference | None:
    for key, wanted in expected.items():
        where = f"{path}.{key}" if path else str(key)
        if key not in actual:
            others = [f"`{str(each)[:60]}`" for each in actual if each not in expected]
            surplus = ", ".join(others[:MAX_KEYS])
            return Difference(where, short(wanted), f"no key {key!r}", "missing", "", surplus)
        found = _difference(actual[key], wanted, where)
        if found is not None:
            return found
    for key in actual:
        if key not in expected:
            where = f"{path}.{key}" if path else str(key)
            unasked = f"no key {str(key)[:60]!r}"
            return Difference(where, unasked, short(actual[key]), "extra")
    return None


def _type_name(value: object) -> str:
    return "null" if value is None else type(value).__name__
