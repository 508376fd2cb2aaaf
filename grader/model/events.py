"""The event channel from a child to its parent: one JSON object a line, over a pipe.

The parent never trusts it: lines are bounded, unknown or malformed ones end the
conversation, and only a complete pair of `started` and `finished` earns points.

Each line begins with a signature of its text and its number, by a key that the parent gives to
its child: bytes that an answer writes itself, repeats or moves are nonsense. The key lies in the
child's memory, so this hinders an answer and does not prove anything.
"""

import os
from collections.abc import Callable
from hashlib import blake2b
from hmac import compare_digest
from typing import Annotated, Any, Literal

import pydantic_core
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from grader.model.evidence import Evidence, Leftover, Problem
from grader.model.report import ExerciseStatus
from grader.model.spans import Count, Moment, Orders, Spans, Text

MAX_LINE = 1 << 20
"""Bytes of one event at most."""
MAX_BYTES = 16 << 20
"""Bytes of one child's events at most."""
MAX_UNAWAITED = 5
"""Coroutines told of a test that passes."""
MAX_PRINTED = 64 << 10
"""Bytes kept of what an answer prints in one test; a note on what was cut follows them."""


class Event(BaseModel):
    """Strict and frozen: an event with anything else in it is nonsense."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Collected(Event):
    """The suite is ready to run these tests; sent before any learner code is loaded."""

    event: Literal["collected"] = "collected"
    tests: list[str]


class Unloadable(Event):
    event: Literal["unloadable"] = "unloadable"
    status: ExerciseStatus
    problem: Text
    error: Problem | None = None
    printed: str = Field(default="", max_length=MAX_PRINTED + 100)


class Flagged(Event):
    """The answer tried what no answer needs; it may come at any time after `collected`."""

    event: Literal["flagged"] = "flagged"
    flag: str = Field(max_length=500)


class Started(Event):
    event: Literal["started"] = "started"
    test: str


class Finished(Event):
    event: Literal["finished"] = "finished"
    test: str
    outcome: Literal["passed", "failed", "skipped"]
    seconds: Moment | None = None
    goal: Moment | None = None
    orders: Orders | None = None
    spans: Spans = Field(default_factory=list)
    evidence: Evidence | None = None
    printed: str = Field(default="", max_length=MAX_PRINTED + 100)
    hurried: bool = False
    unawaited: list[Leftover] = Field(default_factory=list, max_length=MAX_UNAWAITED)


class Served(Event):
    """So many visitors came: when the last of them had an answer, and how many had an error.

    `seconds` is None when some of them never had one.
    """

    event: Literal["served"] = "served"
    visitors: Count
    seconds: Moment | None
    errors: Count


class End(Event):
    event: Literal["end"] = "end"


AnyEvent = Annotated[
    Collected | Unloadable | Flagged | Started | Finished | Served | End,
    Field(discriminator="event"),
]
# pydantic caches every string by default; most values here never come again.
_ADAPTER: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent, config=ConfigDict(cache_strings="keys"))

_SERIALIZER = _ADAPTER.serializer
_to_json = pydantic_core.to_json
"""Neither is Python, so an answer cannot replace a part of it."""


class Nonsense(Exception):  # noqa: N818 - it names what came
    """What came over the channel is no event, or none that belongs there."""


Send = Callable[[Event], None]


def sender(fd: int, key: bytes) -> Send:
    """A function that signs events and writes them to `fd`; OSError when the parent is gone."""
    order = 0

    def send(event: Event) -> None:
        nonlocal order
        text = _to_json(_encodable(_SERIALIZER.to_python(event, mode="json")))
        line = sign(key, order, text) + b" " + text + b"\n"
        order += 1
        while line:
            line = line[os.write(fd, line) :]

    return send


def _encodable(value: Any) -> Any:
    """An answer's message may hold half a surrogate pair, which UTF-8 cannot encode."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_encodable(name): _encodable(inner) for name, inner in value.items()}
    return [_encodable(inner) for inner in value] if isinstance(value, list) else value


def sign(key: bytes, order: int, text: bytes) -> bytes:
    """The signature of `text` as event number `order` of the child that has this key."""
    return blake2b(b"%d " % order + text, key=key, digest_size=16).hexdigest().encode()


class Reader:
    """Cuts a child's bytes into events."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._order = 0
        self._rest: list[bytes] = []
        """The pieces of the line that has not ended yet, joined when it has."""
        self._rest_bytes = 0
        self.odd = b""
        """The first line that is no event, and what came after it."""
        self._total = 0

    def feed(self, data: bytes) -> list[AnyEvent]:
        """The events that `data` completes. Raises Nonsense."""
        self._total += len(data)
        if self._total > MAX_BYTES:
            raise Nonsense("it sent too much")
        *lines, rest = data.split(b"\n")
        if lines:
            lines[0] = b"".join([*self._rest, lines[0]])
            self._rest, self._rest_bytes = [], 0
        self._rest.append(rest)
        self._rest_bytes += len(rest)
        if self._rest_bytes > MAX_LINE or any(len(line) > MAX_LINE for line in lines):
            raise Nonsense("it sent a line that is too long")
        found = []
        for number, line in enumerate(lines):
            try:
                found.append(self._event(line))
            except Nonsense:
                self.odd = b"\n".join([*lines[number:], rest])
                raise
        return found

    def _event(self, line: bytes) -> AnyEvent:
        signature, _, text = line.partition(b" ")
        if not compare_digest(signature, sign(self._key, self._order, text)):
            raise Nonsense("it sent something that is no event")
        self._order += 1
        try:
            return _ADAPTER.validate_json(text)
        except (ValidationError, RecursionError):
            raise Nonsense("it sent something that is no event") from None
