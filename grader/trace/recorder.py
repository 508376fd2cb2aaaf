"""What ran when: spans of virtual time, each with the learner's own source line.

The parts of the suite's toolbox (fakes, the client, upstreams, the database) begin and
end spans here; the suite asks about them, and a failed test's report draws them.
"""

import asyncio
import inspect
import sys
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any

from grader.clock.membership import Clock
from grader.clock.waits import Blocking
from grader.model.evidence import Computing, Leftover, Unanswered
from grader.model.spans import MAX_SPANS, Kind, Lane, Orders, Outcome, Span, chain, general
from grader.model.stored import AtOnce, Stale, Stored, Unended, Unmet
from grader.security import seals
from grader.trace import lines, visits
from grader.trace.circumstance import TWIN, Circumstance
from grader.trace.origins import Handover, parts
from grader.trace.raised import Raised
from grader.trace.tasks import Tasks, current
from grader.trace.visits import Visit

FEW_SPANS = 60
"""Up to that many rows of spans are kept as they are, without joining any."""
FEW = 8
"""Calls that are listed of those that ended in another order."""
WAITING = ("queue", "threading", "concurrent.futures._base")
"""Modules whose functions only wait: one that a thread runs has a span."""
EARLY = 0.005
"""Seconds that a real clock may ring too early."""
_real_sleep = asyncio.sleep


@dataclass
class Record:
    """A span that may still be running; it never ends when it `is_lost`, with a task that nothing
    held on to."""

    name: str
    label: str
    lane: Lane
    kind: Kind
    line: int | None
    start: float
    end: float | None = None
    outcome: Outcome = "running"
    of_lifespan: bool = False
    is_lost: bool = False
    visit: Visit | None = None


class Recorder:
    """The spans of one test on one clock, and what else its report needs.

    `file` is the name that the answer's code bears. The client, the fakes, the upstreams, the
    database and the sampler write here; suite/evidence.py reads it all, and a suite asks what
    suite/trace.py offers.
    """

    def __init__(self, clock: Clock, file: str, loop: asyncio.AbstractEventLoop) -> None:
        self.clock = clock
        self.loop = loop
        self.file = file
        self.tasks = Tasks(loop, file)
        self.circumstance = Circumstance()
        self.faked: dict[str, bool] = {}
        self.handover = Handover(self.line, self.job, file)
        self.raised = Raised(file, clock.now)
        self.tasks.is_planted = self.raised.is_planted
        self.visits: list[Visit] = []
        self.asked: list[tuple[str, inspect.Signature, Any]] = []
        self.records: list[Record] = []
        self.jobs: list[Record] = []
        self.blocked: list[tuple[Blocking, int | None, Lane]] = []
        self.server_errors: list[BaseException] = []
        self.refused: list[Leftover] = []
        self.unanswered: Unanswered | None = None
        self.answered: dict[int, int | None] = {}
        self.unawaited: list[Leftover] = []
        self.background: set[str] = set()
        self.computing: list[Computing] = []
        self.end_computing: Callable[[], None] = lambda: None
        self.held: Callable[[], list[Leftover]] = list
        self.stored: Callable[[], list[Stored]] = list
        self.stale: Callable[[], Stale | None] = lambda: None
        self.at_once: Callable[[], AtOnce | None] = lambda: None
        self.unmet: Callable[[], list[Unmet]] = list
        self.unended: Callable[[], list[Unended]] = list
        self.tidied_at: set[float] = set()
        """When Python tidies its memory."""
        self.app_ended = False
        """The app has stopped by itself."""
        self.since = 0.0
        """When the first of `ended` began."""
        self.ended: list[tuple[float, str]] = []
        """Calls in the order of their ends, with the seconds since."""
        self.usual: list[tuple[float, str]] = []
        """Those of the same test, when what ends at the same moment ended as it had begun."""
        self.on_begin_again: list[Callable[[], None]] = []

    def begin_again(self) -> None:
        """Forget what has been noted: the suite's test runs once more in the same app."""
        for noted in (
            *(self.records, self.jobs, self.blocked, self.server_errors, self.refused),
            *(self.unawaited, self.computing, self.clock.blocking, self.visits, self.asked),
        ):
            noted.clear()
        self.tasks.begin_again()
        self.answered.clear()
        self.ended = []
        self.unanswered = None
        for forget in self.on_begin_again:
            forget()

    # -- recording -----------------------------------------------------------

    def begin(
        self, name: str, label: str, lane: Lane, kind: Kind, line: int | None = None
    ) -> Record:
        record = Record(name, label, lane, kind, line, self.clock.now())
        record.visit = visits.current()
        record.of_lifespan = current() is self.tasks.lifespan
        if TWIN.get() is None:
            self.records.append(record)
        return record

    def called(
        self, name: str, label: str, lane: Lane, kind: Kind, line: int | None = None
    ) -> Record:
        """A call whose body has not begun: it counts as never awaited until `start`."""
        record = self.begin(name, label, lane, kind, line)
        record.outcome = "unawaited"
        return record

    def start(self, record: Record) -> None:
        record.start = self.clock.now()
        record.outcome = "running"

    def end(self, record: Record, outcome: Outcome = "done") -> None:
        record.end = self.clock.now()
        record.outcome = outcome
        if record.kind in ("call", "job") and TWIN.get() is None:
            if not self.ended:
                self.since = record.start
            self.ended.append((round(record.end - self.since, 6), record.label))

    def orders(self) -> Orders | None:
        """What ended in another order than usual, at the last moment at which that differs."""
        usual, other = map(_by_moment, (self.usual, self.ended))
        for moment, before in sorted(usual.items(), reverse=True):
            now = other.get(moment, [])
            if before != now and sorted(before) == sorted(now):
                pairs = enumerate(zip(before, now, strict=True))
                first = next(at for at, (one, other) in pairs if one != other)
                return Orders(usual=before[first:][:FEW], other=now[first:][:FEW])
        return None

    @contextmanager
    def ending(self, record: Record) -> Iterator[Record]:
        """End the span as the block ends: done, cancelled or failed.

        A coroutine that is thrown away (GeneratorExit) has not ended: its span goes on.
        """
        try:
            yield record
        except GeneratorExit:
            raise
        except asyncio.CancelledError:
            self.end(record, "cancelled")
            raise
        except BaseException:
            self.end(record, "failed")
            raise
        self.end(record)

    def line(self, frame: FrameType | None = None) -> int | None:
        """The learner's line that is running now, or that started the running task."""
        line = lines.on_stack(self.file, frame or sys._getframe(1))
        if line is None:
            line = self.handover.line
        return self.tasks.line if line is None else line

    @contextmanager
    def job(self, function: Callable[..., Any], line: int | None) -> Iterator[None]:
        """A span for a job in a thread, when what runs is a function of the answer."""
        codes = (getattr(part, "__code__", None) for part in parts(function))
        code = next((code for code in codes if code and code.co_filename == self.file), None)
        waits = [part for part in parts(function) if getattr(part, "__module__", "") in WAITING]
        if code is None and waits and line is not None:
            label = f"{getattr(waits[0], '__name__', 'wait')}(...)"
            with self.ending(self.begin(f"own {label}", label, "thread", "job", line)):
                yield
            return
        if code is None:
            yield
            return
        takes = code.co_argcount or code.co_kwonlyargcount
        name = code.co_qualname.rpartition("<locals>.")[2].strip("<>")
        label = f"{name}({'...' if takes else ''})"
        record = self.begin(f"own {label}", label, "thread", "coroutine", line)
        self.jobs.append(record)
        with self.ending(record):
            yield

    def note_blocked(self, blocking: Blocking) -> None:
        """The clock tells, in the thread itself, that a call has just kept it waiting."""
        line = lines.first(self.file, blocking.frames) or self.handover.line
        lane: Lane = "loop" if threading.get_ident() == self.clock.owner else "thread"
        if not blocking.call:
            blocking = replace(blocking, call=lines.call_at(self.file, line))
        self.blocked.append((blocking, line, lane))

    def is_on_loop(self) -> bool:
        """Is this the thread of the test's own event loop, with the loop running."""
        return asyncio._get_running_loop() is self.loop

    def sleep(self, delay: float, result: Any = None) -> Coroutine[Any, Any, Any]:
        """Stands in for `asyncio.sleep` while a test runs."""
        work: Any = self._sleep(delay, result, self.line(sys._getframe(1)))
        work.__name__ = work.__qualname__ = "sleep"
        return work  # type: ignore[no-any-return]

    async def _sleep(self, delay: float, result: Any, line: int | None) -> Any:
        if line is None or not delay:
            return await _real_sleep(delay, result)
        record = self.begin("sleep", f"sleep({delay:g})", "loop", "sleep", line)
        with self.ending(record):
            return await _real_sleep(delay, result)

    async def pass_time(self, seconds: float) -> None:
        """Let a stand-in's own time pass; it cannot be shortened unnoticed."""
        start = self.clock.now()
        await _real_sleep(seconds)
        if self.clock.now() - start < seconds - EARLY:
            seals.note("the clock")

    # -- asking --------------------------------------------------------------

    def named(self, name: str) -> list[Record]:
        """The spans of that name that began, in order."""
        began = [r for r in self.records if r.name == name and r.outcome != "unawaited"]
        return sorted(began, key=lambda record: record.start)

    def leaked(self, *, of_ended_visits: bool = False) -> list[Leftover]:
        """Tasks and threads of the answer that have not ended, by the line that started them.

        `of_ended_visits`: only those whose request is over, or that belong to none.
        """
        left = self.tasks.leaked(of_ended_visits=of_ended_visits)
        if all(task.done() for task in self.tasks.requests):  # one may still wait for its job
            left += [
                Leftover(what=f"a thread of {job.label}", line=job.line, running=True)
                for job in self.jobs
                if job.outcome == "running"
            ]
        return sorted(left, key=lambda item: (item.line or 0, item.what))

    def end_of(self, record: Record) -> float:
        if record.outcome == "unawaited":
            return record.start
        return self.clock.now() if record.end is None else record.end

    # -- evidence ------------------------------------------------------------

    def spans(self) -> list[Span]:
        """All spans in order of time, equal ones folded into one with a count.

        When they are many, calls that differ only in their arguments fold too, and equal
        stretches that follow one another become one.
        """
        spans = self._folded(lambda label: label)
        if len(spans) > FEW_SPANS:
            spans = chain(self._folded(general))
        if len(spans) > MAX_SPANS:
            # What the answer did says more than which request it was for.
            outer = ("request", "coroutine", "connection")
            spans = sorted(spans, key=lambda s: s.kind in outer)[:MAX_SPANS]
        return spans

    def _folded(self, name: Callable[[str], str]) -> list[Span]:
        folded: Counter[tuple[Any, ...]] = Counter()
        for record in self.records:
            if self.tasks.app_is_up and record.of_lifespan and record.outcome == "running":
                continue  # it lasts as long as the app, and says nothing of this test
            if record.kind == "connection" and self.end_of(record) == record.start:
                continue  # out and in again at one moment: it kept nothing from anybody
            key = (name(record.label), record.line, record.start, self.end_of(record))
            # A synchronous job on the loop's own thread is the blocking call itself.
            is_blocking = record.kind == "job" and record.lane == "loop"
            folded[(*key, record.outcome, record.lane, record.kind, is_blocking)] += 1
        for blocking, line, lane in self.blocked:
            key = (blocking.call, line, blocking.start, blocking.end)
            folded[(*key, "done", lane, "sleep", lane == "loop")] += 1
        spans = [
            Span(
                label=label[: lines.MAX_TEXT],
                line=line,
                # Never below: an answer may have moved the clock back.
                start=max(0.0, round(start, 6)),
                end=max(0.0, round(start, 6), round(end, 6)),
                outcome=outcome,
                lane=lane,
                kind=kind,
                count=count,
                blocking=is_blocking,
            )
            for (label, line, start, end, outcome, lane, kind, is_blocking), count in folded.items()
        ]
        return sorted(spans, key=lambda span: (span.start, span.line or 0, span.end, span.label))


def mark_coroutine_function(function: Any) -> Any:
    """Make frameworks treat a plain function that returns a coroutine as `async def`."""
    if sys.version_info >= (3, 12):
        return inspect.markcoroutinefunction(function)
    function._is_coroutine = asyncio.coroutines._is_coroutine  # type: ignore[attr-defined]
    return function


def _by_moment(ended: list[tuple[float, str]]) -> dict[float, list[str]]:
    moments: dict[float, list[str]] = {}
    for moment, label in ended:
        moments.setdefault(moment, []).append(label)
    return moments
