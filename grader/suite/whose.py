"""Whose value is it: what stand-ins got and gave, held against what each request brought."""

import inspect
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from grader.model.evidence import ValueCheck
from grader.model.values import Altered, Given, Misfit, Shared, Whose
from grader.trace.recorder import Recorder
from grader.trace.visits import Visit
from grader.wording import short

if TYPE_CHECKING:
    from grader.suite.fakes import Call

TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "str": (str,),
    "float": (float, int),
    "dict": (dict,),
    "list": (list, tuple),
}
"""The annotations of given functions that are held against what they got."""
MAX = 20
"""Findings of one kind that the evidence holds."""
AT_ONCE = 3
"""Calls that one request makes at one moment, from which on equal arguments are no chance."""
VALUES = (int, float, str, dict, list, tuple, set)
"""Of which an empty one, or 0, counts as false."""
STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
"""One step of a path such as `orders[0].items`."""


def misfits(recorder: Recorder) -> list[Misfit]:
    """Arguments of another type than the given function's annotation says."""
    found = []
    for name, signature, call in recorder.asked:
        for argument, value in call.arguments.items():
            wanted = signature.parameters[argument].annotation
            takes = wanted if isinstance(wanted, str) else getattr(wanted, "__name__", "")
            allowed = TYPES.get(takes)
            if allowed is None or isinstance(value, allowed) or inspect.isawaitable(value):
                continue
            got = f"{_told(value)} ({type(value).__name__})"
            found.append(Misfit(name=name, argument=argument, got=got, takes=takes, line=call.line))
    different = {(item.name, item.argument): item for item in reversed(found)}
    return list(reversed(different.values()))[:MAX]


def shared(recorder: Recorder) -> list[Shared]:
    """Calls that got the value of another request, or that all got the same at one moment."""
    return [*_of_others(recorder), *_all_alike(recorder)][:MAX]


def _of_others(recorder: Recorder) -> Iterator[Shared]:
    values = {visit.number: _values(visit) for visit in recorder.visits}
    known = {id(visit) for visit in recorder.visits}
    everybody = Counter(value for own in values.values() for value in own)
    found: dict[tuple[str, str], list[tuple[Any, Call]]] = {}
    own: set[tuple[str, str, int]] = set()
    for name, _, call in recorder.asked:
        visit = call.record.visit
        if visit is None or id(visit) not in known:  # of a run before this one
            continue
        for argument, value in call.arguments.items():
            if type(value) not in (int, str):
                continue
            if str(value) in values[visit.number]:
                own.add((name, argument, visit.number))
            elif everybody[str(value)]:
                found.setdefault((name, argument), []).append((value, call))
    for (name, argument), calls in found.items():
        value, call = calls[0]
        yield Shared(
            name=name,
            argument=argument,
            got=_told(value),
            line=call.line,
            times=sum(name == known for known, _, _ in recorder.asked),
            others=len(calls),
            has_own=all(
                (name, argument, call.record.visit.number) in own
                for _, call in calls
                if call.record.visit is not None
            ),
        )


def _all_alike(recorder: Recorder) -> Iterator[Shared]:
    groups: dict[tuple[Any, ...], list[Call]] = {}
    for name, _, call in recorder.asked:
        if call.record.visit is not None and call.arguments:
            where = (name, call.line, call.record.start, call.record.visit.number)
            groups.setdefault(where, []).append(call)
    for (name, line, *_), calls in groups.items():
        labels = {call.record.label for call in calls}
        if len(calls) >= AT_ONCE and len(labels) == 1:
            argument, value = next(iter(calls[0].arguments.items()))
            yield Shared(
                name=name, argument=argument, got=_told(value), line=line, times=len(calls)
            )


def altered(recorder: Recorder) -> Altered | None:
    """A text of the request that a call got in another spelling."""
    for name, _, call in recorder.asked:
        visit = call.record.visit
        for argument, value in call.arguments.items() if visit is not None else ():
            if type(value) is not str or value in _values(visit):
                continue
            alike = (
                sent for sent in _values(visit) if sent.strip().lower() == value.strip().lower()
            )
            if (sent := next(alike, None)) is not None:
                return Altered(
                    name=name, argument=argument, got=_told(value), sent=_told(sent), line=call.line
                )
    return None


def whose(check: ValueCheck, whole: object, recorder: Recorder) -> Whose | None:
    """What returned the value that the check met, or what that value lies in."""
    steps = [key or int(index) for key, index in STEP.findall(check.path)]
    wanted = next((v for v in recorder.visits if check.expected.strip("'") in _values(v)), None)
    if wanted is None:
        gave = (
            call.record for _, _, call in recorder.asked if _told(call.result) == check.expected
        )
        wanted = next((record.visit for record in gave), None)
    for length in range(len(steps), -1, -1):
        value: Any = whole
        with suppress(LookupError, TypeError):
            for step in steps[:length]:
                value = value[step]
            if type(value) not in (dict, list, str, int, float) or not value or value == 1:
                continue
            given = [
                call
                for _, _, call in reversed(recorder.asked)
                if type(call.result) is type(value) and call.result == value
            ]
            call = min(given, key=lambda call: call.record.visit is not wanted, default=None)
            if call is not None:
                visit = call.record.visit
                return Whose(
                    path=_path(steps[:length]),
                    call=call.record.label,
                    line=call.line,
                    is_others=wanted is not None and visit is not None and visit is not wanted,
                )
    return None


def answered(check: ValueCheck, whole: object, recorder: Recorder) -> int | None:
    """Where an endpoint gave the response in which the value stands that the check met.

    Suites sort what they have read: it is told by the parts that are the very same objects, and
    of those that have none, by being equal.
    """
    gave = {id(p): v.line for v in recorder.visits for read in v.read for p in _containers(read)}
    for part in [*_on_the_way(check.path, whole), *_containers(whole)]:
        if id(part) in gave:
            return gave[id(part)]
    # Rows of a database hold no dictionaries.
    if not whole and not (check.how == "length" and check.missing.startswith("{")):
        return None
    if not isinstance(whole, dict | list | str):
        return None
    read = ((read, visit.line) for visit in reversed(recorder.visits) for read in visit.read)
    return next((line for each, line in read if type(each) is type(whole) and each == whole), None)


def _on_the_way(path: str, value: Any) -> Iterator[object]:
    """The values along a path, down to what stands there."""
    yield value
    for key, index in STEP.findall(path):
        try:
            value = value[key or int(index)]
        except (LookupError, TypeError):
            return
        yield value


def _containers(value: object) -> Iterator[object]:
    """The lists and dictionaries of a value of JSON, itself included."""
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _containers(inner)


def given(recorder: Recorder, about: int | None) -> tuple[Given | None, Given | None]:
    """What calls returned to that request, or to any: the first empty value, which is no None, and
    a False, or else the last value."""
    asked = [call for _, _, call in recorder.asked]
    if about is not None:
        asked = [c for c in asked if c.record.visit is not None and c.record.visit.number == about]
    calls = [call for call in asked if type(call.result) in VALUES]
    empty = [call for call in calls if not call.result]
    refused = [call for call in asked if call.result is False]
    decides = refused or [call for call in calls if call.record.name not in recorder.background]
    return _given(empty[:1]), _given(decides[-1:])


def _given(calls: "list[Call]") -> Given | None:
    for call in calls:
        return Given(call=call.record.label, value=_told(call.result), line=call.line)
    return None


def _path(steps: list[str | int]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")


def _values(visit: Visit) -> set[str]:
    """Every single value that a request brought, as text: of its path, its query and its body."""
    if visit.values is None:
        visit.values = set()
        request = visit.request
        if request is not None:
            visit.values |= {part for part in request.url.path.split("/") if part}
            visit.values |= {value for _, value in request.url.params.multi_items()}
            with suppress(ValueError, RecursionError):
                visit.values |= set(_leaves(json.loads(request.content or b"null")))
    return visit.values


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _leaves(inner)
    elif value is not None:
        yield str(value)


def _told(value: object) -> str:
    return "None" if value is None else short(value, 60)
