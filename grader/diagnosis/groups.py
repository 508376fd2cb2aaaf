"""The spans of one function at one line, told together."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.diagnosis.finding import SAME
from grader.model.spans import Span, peak
from grader.wording import count


@dataclass(frozen=True)
class Group:
    """The spans of one function at one line."""

    name: str
    line: int | None
    lane: str
    kind: str
    spans: tuple[Span, ...]

    @property
    def total(self) -> int:
        return sum(span.times for span in self.spans)

    @property
    def most(self) -> int:
        """How many ran at once."""
        return peak(self.spans)

    @property
    def idle(self) -> float | None:
        """Since when fewer ran than `most`, though others had yet to begin; None if never."""
        turns = [turn for span in self.spans for turn in span.turns() for _ in range(span.count)]
        starts, ends = sorted(start for start, _ in turns), sorted(end for _, end in turns)
        late = zip(ends, starts[self.most :], strict=False)
        return next((end for end, start in late if start - end > SAME), None)

    def held_up_by(self, others: Sequence[Span]) -> Span | None:
        """What filled each pause between the end of a call and the next one's beginning."""
        turns = [turn for span in self.spans for turn in span.turns() for _ in range(span.count)]
        starts, ends = sorted(start for start, _ in turns), sorted(end for _, end in turns)
        late = zip(ends, starts[self.most :], strict=False)
        pauses = [(end, start) for end, start in late if start - end > SAME]
        each = [s for s in others if (s.name, s.line) != (self.name, self.line) and s.line]
        for span in each if pauses else ():
            alike = [
                t for s in each if (s.name, s.line) == (span.name, span.line) for t in s.turns()
            ]
            if all(
                any(a < end + SAME and abs(b - at) < SAME for a, b in alike) for end, at in pauses
            ):
                return span
        return None

    @property
    def calls(self) -> str:
        """`50 calls of get_price`, `50 requests to api.example.com`, `13 queries`."""
        if self.kind == "query":
            return count(self.total, "query", "queries")
        if " " in self.name:
            return f"{count(self.total, 'request')} to {self.name.partition(' ')[2]}"
        return f"{count(self.total, 'call')} of {self.name}"

    @property
    def pauses(self) -> bool:
        """Did nothing of it run for a while before a later call began: so retries do it."""
        first = min(span.start for span in self.spans)
        later = [span.start for span in self.spans if span.start > first]
        return bool(later) and min(later) > min(span.end for span in self.spans)

    @property
    def waste(self) -> float:
        """Seconds that they took together beyond the longest of them."""
        together = max(s.end for s in self.spans) - min(s.start for s in self.spans)
        longest = max(span.each for span in self.spans)
        return together - longest if together > 1.02 * longest else 0.0


def groups_of(spans: Sequence[Span]) -> list[Group]:
    """One for each function, line, lane and kind, in the order of their first spans."""
    members: dict[tuple[str, int | None, str, str], list[Span]] = {}
    for span in spans:
        # Requests of one line to several paths are one group, named after the host.
        name = span.name.partition("/")[0] if span.kind == "upstream" else span.name
        members.setdefault((name, span.line, span.lane, span.kind), []).append(span)
    return [Group(*key, tuple(group)) for key, group in members.items()]


def first_gap(spans: Sequence[Span]) -> tuple[Span, Span] | None:
    """The two longest neighbours of which the second began when the first had ended."""
    pairs = [
        (before, after)
        for before in spans
        for after in spans
        if before is not after and before.end <= after.start + 1e-9
    ]
    return max(
        pairs,
        key=lambda p: min(p[0].end - p[0].start, p[1].end - p[1].start) - (p[1].start - p[0].end),
        default=None,
    )


def in_batches(group: Group) -> bool:
    """Whether its calls began `most` at a time, when all before had ended, some much earlier."""
    batches: dict[float, list[tuple[float, int]]] = {}
    for span in group.spans:
        for start, end in span.turns():
            batches.setdefault(round(start, 5), []).append((end, span.count))
    over = 0.0
    waited = False
    for number, start in enumerate(sorted(batches), 1):
        ends = [end for end, _ in batches[start]]
        size = sum(count for _, count in batches[start])
        if start < over - SAME or (size < group.most and number < len(batches)):
            return False
        over = max(ends)
        waited = waited or over - min(ends) > SAME
    return waited and len(batches) > 1
