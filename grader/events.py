"""The event channel from a child to its parent: one JSON object a line, over a pipe.

The parent never trusts it: lines are bounded, unknown or malformed ones end the
conversation, and only a complete pair of `started` and `finished` earns points.
"""

import json
import os
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from grader.model import Evidence, ExerciseStatus, Span

MOST_LINE = 1 << 20
"""Bytes of one event at most."""
MOST_BYTES = 16 << 20
"""Bytes of one child's events at most."""


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
    problem: str


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
    seconds: float | None = None
    spans: list[Span] = Field(default_factory=list)
    evidence: Evidence | None = None
    reason: str = ""


class End(Event):
    event: Literal["end"] = "end"


AnyEvent = Annotated[
    Collected | Unloadable | Flagged | Started | Finished | End, Field(discriminator="event")
]
_ADAPTER: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)


class Nonsense(Exception):  # noqa: N818 - it names what came
    """What came over the channel is not an event."""


def send(fd: int, event: Event) -> None:
    """Write one event. Raises OSError when the parent is gone."""
    line = json.dumps(event.model_dump(mode="json"), ensure_ascii=True).encode() + b"\n"
    while line:
        line = line[os.write(fd, line) :]


class Reader:
    """Cuts a child's bytes into events."""

    def __init__(self) -> None:
        self._rest = b""
        self._total = 0

    def feed(self, data: bytes) -> list[AnyEvent]:
        """The events that `data` completes. Raises Nonsense."""
        self._total += len(data)
        if self._total > MOST_BYTES:
            raise Nonsense("it sent too much")
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MOST_LINE or any(len(line) > MOST_LINE for line in lines):
            raise Nonsense("it sent a line that is too long")
        return [_parse(line) for line in lines]


def _parse(line: bytes) -> AnyEvent:
    try:
        return _ADAPTER.validate_json(line)
    except (ValidationError, RecursionError):
        raise Nonsense("it sent something that is no event") from None
