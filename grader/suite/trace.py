"""The `trace` fixture: what a suite asks about what ran when."""

from collections.abc import Iterator
from contextlib import contextmanager

from grader.clock.waits import Blocking
from grader.model.evidence import Leftover
from grader.model.spans import overlapping
from grader.trace.recorder import Record, Recorder


class Trace:
    """The spans of the running test, in virtual seconds, by their names.

    A call of what `fake` stands in for has the function's name, a request `GET /orders`, a call
    of an upstream `GET shop.test/prices`, a body that it streams `body of shop.test/prices`, a
    statement on rows `query`, a connection that is out of its pool `connection`, and a message
    that the app sends to a WebSocket `send`.

        most = trace.peak("charge")
        expect(most <= 4, "peak", "at most 4 at once", f"{most}", most=most, allowed=4)
        (charged,) = trace.named("charge")
        clock.check(charged.start, charged.end, 1.0)
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    @property
    def blocking(self) -> list[Blocking]:
        """Calls that kept the event loop from running anything else.

        expect(not trace.blocking, "value", "a free event loop", "a call that blocks it")
        """
        return self._recorder.clock.blocking

    @property
    def server_errors(self) -> list[BaseException]:
        """What requests raised; a suite clears it of errors that it provoked itself."""
        return self._recorder.server_errors

    def named(self, name: str) -> list[Record]:
        """The spans of that name that began, in order; each has `start`, `end` and `line`.

        first, second = trace.named("take_payment")
        """
        return self._recorder.named(name)

    def peak(self, name: str) -> int:
        """How many spans of that name were in flight at once.

        at_most(trace.peak("load"), 4, "load")
        """
        end_of = self._recorder.end_of
        return overlapping((record.start, end_of(record)) for record in self.named(name))

    def overlap(self, first: str, second: str) -> float:
        """Seconds during which one of each was in flight.

        overlap = trace.overlap("connection", "GET bank.example.com/rates")
        """
        end_of = self._recorder.end_of
        return sum(
            max(0.0, min(end_of(a), end_of(b)) - max(a.start, b.start))
            for a in self.named(first)
            for b in self.named(second)
        )

    def leaked(self) -> list[Leftover]:
        """Tasks and threads of the answer that have not ended: `nothing_left(trace.leaked())`."""
        return self._recorder.leaked()

    @contextmanager
    def span(self, name: str, label: str) -> Iterator[None]:
        """Note the block as a call named `name`; a failed test's picture shows `label`.

        For a function that the suite itself puts into the answer:

            async def send_email(address):
                with trace.span("send_email", f"send_email({address!r})"):
                    await clock.sleep(0.4)
        """
        line = self._recorder.line()
        with self._recorder.ending(self._recorder.begin(name, label, "loop", "call", line)):
            yield
