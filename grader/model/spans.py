"""A stretch of time; pure functions that make few spans of many, and say how many at once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Outcome = Literal["done", "failed", "cancelled", "running", "unawaited"]
Lane = Literal["loop", "thread", "upstream", "database"]
Kind = Literal[
    "request",
    "coroutine",
    "call",
    "sleep",
    "upstream",
    "query",
    "job",
    "send",
    "body",
    "connection",
]
"""`send`: a WebSocket's message on its way; `body`: a streamed response of an upstream;
`connection`: one that is out of its pool."""

MAX_COUNT = 10**9
MAX_TEXT = 4_000
"""Characters of a text that a child says of its answer; what is longer is cut."""
MAX_LABEL = 600
MAX_SPANS = 300
MAX_ITEMS = 300
"""Items of any other list: a diagnosis names the first of them."""
Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]
Line = Annotated[int, Field(ge=0, le=MAX_COUNT)]
Moment = Annotated[float, Field(ge=0, le=MAX_COUNT)]
"""Seconds. Bounded, as the others are: a report divides by them and prints them."""


def _at_most(many: int) -> BeforeValidator:
    """Cuts, before anything in it is looked at: a report of megabytes helps nobody."""

    def cut(value: Any) -> Any:
        # By the type's own method: an answer may have a subclass that lies.
        if isinstance(value, dict):
            return dict(islice(dict.items(value), many))
        if isinstance(value, str):
            return str.__getitem__(value, slice(many))
        return list.__getitem__(value, slice(many)) if isinstance(value, list) else value

    return BeforeValidator(cut)


Few = _at_most(MAX_ITEMS)
Text = Annotated[str, _at_most(MAX_TEXT)]


class Model(BaseModel):
    """Frozen, and strict: unknown fields, infinity and NaN are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )


class Span(Model):
    """One stretch of time; `line` is the learner's own.

    `count` equal ones ran side by side, and `repeat` such stretches followed one another,
    with `gap` seconds between them.
    """

    label: Annotated[str, _at_most(MAX_LABEL)]
    line: Line | None = None
    start: Moment
    end: Moment
    outcome: Outcome = "done"
    lane: Lane = "loop"
    kind: Kind = "call"
    count: int = Field(default=1, ge=1, le=MAX_COUNT)
    repeat: int = Field(default=1, ge=1, le=MAX_COUNT)
    gap: Moment = 0.0
    blocking: bool = False

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> "Span":
        if self.end < self.start:
            raise ValueError("a span ends before it starts")
        return self

    @property
    def name(self) -> str:
        """The label without its arguments."""
        return self.label.partition("(")[0].strip()

    @property
    def times(self) -> int:
        return self.count * self.repeat

    @property
    def each(self) -> float:
        """Seconds that a single one took."""
        return (self.end - self.start - self.gap * (self.repeat - 1)) / self.repeat

    def turns(self) -> Iterator[tuple[float, float]]:
        """Start and end of each of its `repeat` stretches; of very many, of them as a whole."""
        if self.repeat > MAX_SPANS:
            yield self.start, self.end
            return
        for turn in range(self.repeat):
            start = self.start + turn * (self.each + self.gap)
            yield start, start + self.each


class Orders(Model):
    """Calls that end at one moment: in the usual order, and in the other that was tried."""

    usual: Annotated[list[Text], _at_most(MAX_ITEMS)]
    other: Annotated[list[Text], _at_most(MAX_ITEMS)]


Spans = Annotated[list[Span], _at_most(MAX_SPANS)]

SAME_TIME = 2e-6
"""Seconds by which two moments may differ and be one: spans are rounded to 1e-6."""


def general(label: str) -> str:
    """A label without what differs from call to call: arguments, and ids in a path."""
    if "(" in label:
        return label.partition("(")[0] + "(...)"
    words = label.split("/")
    return "/".join("..." if any(c.isdigit() for c in word) else word for word in words)


def chain(spans: list[Span]) -> list[Span]:
    """Join equal stretches that follow one another, evenly, into one that says how many."""
    joined: list[Span] = []
    last: dict[tuple[Any, ...], int] = {}
    for span in spans:
        same = (span.name, span.line, span.lane, span.kind, span.outcome, span.count, span.blocking)
        at = last.get(same)
        before = joined[at] if at is not None else None
        if before is None or at is None or not _goes_on(before, span):
            last[same] = len(joined)
            joined.append(span)
            continue
        label = span.label if span.label == before.label else span.name
        gap = round(span.start - before.end, 6) if before.repeat == 1 else before.gap
        joined[at] = before.model_copy(
            update={"end": span.end, "repeat": before.repeat + 1, "gap": gap, "label": label}
        )
    return joined


def _goes_on(before: Span, span: Span) -> bool:
    """Is `span` as long as those before it, and as far from the last as they from each other."""
    gap = span.start - before.end
    if abs(before.each - span.each) > SAME_TIME:
        return False
    return gap > -SAME_TIME if before.repeat == 1 else abs(gap - before.gap) < SAME_TIME


def peak(spans: Iterable[Span]) -> int:
    """Most calls that were in flight at once; one that ends as another starts is not in it.

    A call that took no time is in flight at its one moment.
    """
    changes: list[tuple[float, int, int]] = []
    for span in spans:
        instant = span.end <= span.start
        for start, end in span.turns():
            start, end = round(start, 6), round(end, 6)
            changes += [(start, int(instant), span.count), (end, 2 * instant, -span.count)]
    return _most(changes)


def overlapping(intervals: Iterable[tuple[float, float]]) -> int:
    """Most of the intervals that hold one moment; one that ends as another starts is not in it."""
    changes: list[tuple[float, int, int]] = []
    for start, end in intervals:
        changes += [(start, 0, 1), (end, 0, -1)]
    return _most(changes)


def _most(changes: list[tuple[float, int, int]]) -> int:
    """The highest that a count comes to; each change has its time, and its turn at that time."""
    most = now = 0
    for _, _, change in sorted(changes):
        now += change
        most = max(most, now)
    return most
