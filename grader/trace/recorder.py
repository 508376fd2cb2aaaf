"""What ran when: spans of virtual time, each with the learner's own source line.

The parts of the suite's toolbox (fakes, the client, upstreams, the database) begin and
end spans here; the suite asks about them, and a failed test's report draws them.
"""

import ast
import asyncio
import inspect
import sys
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import anyio

from grader.clock.membership import Clock
from grader.clock.virtual import Blocking
from grader.model.evidence import Computing, Leftover, Problem, Unanswered
from grader.model.spans import Kind, Lane, Outcome, Span, chain, general, overlapping
from grader.security import seals
from grader.trace import source
from grader.trace.origins import Handover, parts

GRADER = str(Path(__file__).parents[1])
MOST_SPANS = 300
"""Rows of folded spans that a test's evidence carries at most."""
FEW_SPANS = 60
"""Up to that many rows of spans are kept as they are, without joining any."""
STUBBORN_AFTER = 60.0
"""Seconds after which a cancelled task counts as one that swallows its cancellation."""
EARLY = 0.005
"""Seconds that a real clock may ring too early."""
MOST_TEXT = 500
"""Characters of a learner-made message that are kept."""

STARTERS = (GRADER, str(Path(asyncio.__file__).parent), str(Path(anyio.__file__).parent))
"""Where the functions lie with which an answer starts a task."""

WORKERS = (
    str(Path("concurrent", "futures", "thread.py")),
    str(Path("anyio", "to_thread.py")),
    str(Path("aiosqlite", "core.py")),
)
"""Where what goes to a worker thread comes by."""

_real_sleep = asyncio.sleep


@dataclass
class Record:
    """A span that may still be running."""

    name: str
    label: str
    lane: Lane
    kind: Kind
    line: int | None
    start: float
    end: float | None = None
    outcome: Outcome = "running"
    of_lifespan: bool = False


class Trace:
    """The spans of one test on one clock; `file` is the name the answer's code bears."""

    def __init__(self, clock: Clock, file: str, loop: asyncio.AbstractEventLoop) -> None:
        self.clock = clock
        self.loop = loop
        self.file = file
        self.records: list[Record] = []
        self.server_errors: list[BaseException] = []
        self.lost: list[BaseException] = []
        self.refused: list[str] = []
        self.unanswered: Unanswered | None = None
        self.answered: dict[int, int | None] = {}
        self.computing: list[Computing] = []
        self.end_computing: Callable[[], None] = lambda: None
        self.unawaited: list[Leftover] = []
        self.background: set[str] = set()
        self.held: list[tuple[Blocking, int | None, Lane]] = []
        self.jobs: list[Record] = []
        self.handover = Handover(self.line, self.job, file)
        self.lifespan: asyncio.Task[Any] | None = None
        self.app_is_up = False
        self.own_tasks: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self.requests: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self._task_lines: weakref.WeakKeyDictionary[asyncio.Task[Any], int | None] = (
            weakref.WeakKeyDictionary()
        )

    # -- recording -----------------------------------------------------------

    def begin(
        self, name: str, label: str, lane: Lane, kind: Kind, line: int | None = None
    ) -> Record:
        record = Record(name, label, lane, kind, line, self.clock.now())
        record.of_lifespan = _current_task() is self.lifespan
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

    def line(self, frame: FrameType | None = None) -> int | None:
        """The learner's line that is running now, or that started the running task."""
        line = self.line_on(frame or sys._getframe(1))
        if line is not None:
            return line
        if self.handover.line is not None:
            return self.handover.line
        task = _current_task()
        return self._task_lines.get(task) if task is not None else None

    @contextmanager
    def job(self, function: Callable[..., Any], line: int | None) -> Iterator[None]:
        """A span for a job in a thread, when what runs is a function of the answer."""
        codes = (getattr(part, "__code__", None) for part in parts(function))
        code = next((code for code in codes if code and code.co_filename == self.file), None)
        if code is None:
            yield
            return
        takes = code.co_argcount or code.co_kwonlyargcount
        name = code.co_qualname.rpartition("<locals>.")[2].strip("<>")
        label = f"{name}({'...' if takes else ''})"
        record = self.begin(f"own {label}", label, "thread", "coroutine", line)
        self.jobs.append(record)
        try:
            yield
        except BaseException:
            self.end(record, "failed")
            raise
        self.end(record)

    def note_held(self, held: Blocking) -> None:
        """The clock tells, in the thread itself, that a call held it for a while."""
        line = self.first_line(held.frames) or self.handover.line
        lane: Lane = "loop" if threading.get_ident() == self.clock.owner else "thread"
        if not held.call:
            held = replace(held, call=self._call_at(line))
        self.held.append((held, line, lane))

    def _call_at(self, line: int | None) -> str:
        """What the answer's line calls; where it makes several calls, the outermost."""
        for node in source.nodes(self.file):
            if isinstance(node, ast.Call) and node.lineno == line:
                return f"{ast.unparse(node.func)}(...)"[:60]
        return "a call that waits"

    def line_on(self, frame: FrameType | None) -> int | None:
        """The nearest of the learner's lines on the stack of `frame`."""
        while frame is not None:
            if frame.f_code.co_filename == self.file:
                return frame.f_lineno
            frame = frame.f_back
        return None

    def is_on_loop(self) -> bool:
        """Is this the thread of the test's own event loop, with the loop running."""
        return asyncio._get_running_loop() is self.loop

    def note_unawaited(self, name: str, line: int | None) -> None:
        """A coroutine turned up where its result should be."""
        self.unawaited.append(Leftover(what=name, line=line))

    def task_factory(
        self, loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], **kwargs: Any
    ) -> asyncio.Task[Any]:
        """Remembers the learner's line that created each task."""
        task = asyncio.Task(coro, loop=loop, **kwargs)
        self._task_lines[task] = self._own_line(sys._getframe(1))
        return task

    def _own_line(self, frame: FrameType | None) -> int | None:
        """The learner's line when it is what started a task, not a library on its behalf."""
        while frame is not None and frame.f_code.co_filename.startswith(STARTERS):
            frame = frame.f_back
        if frame is None or frame.f_code.co_filename != self.file:
            return None
        return frame.f_lineno

    def sleep(self, delay: float, result: Any = None) -> Coroutine[Any, Any, Any]:
        """Stands in for `asyncio.sleep` while a test runs."""
        work: Any = self._sleep(delay, result, self.line(sys._getframe(1)))
        work.__name__ = work.__qualname__ = "sleep"
        return work  # type: ignore[no-any-return]

    async def _sleep(self, delay: float, result: Any, line: int | None) -> Any:
        if line is None or not delay:
            return await _real_sleep(delay, result)
        record = self.begin("sleep", f"sleep({delay:g})", "loop", "sleep", line)
        return await self.follow(record, _real_sleep(delay, result))

    async def follow(self, record: Record, work: Coroutine[Any, Any, Any]) -> Any:
        """Await `work` and end its span as it ends."""
        try:
            result = await work
        except asyncio.CancelledError:
            self.end(record, "cancelled")
            raise
        except BaseException:
            self.end(record, "failed")
            raise
        self.end(record)
        return result

    async def pass_time(self, seconds: float) -> None:
        """Let a stand-in's own time pass; it cannot be shortened unnoticed."""
        start = self.clock.now()
        await _real_sleep(seconds)
        if self.clock.now() - start < seconds - EARLY:
            seals.note("the clock")

    def note_lost(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The loop's exception handler: a task failed and nobody looked."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.lost.append(error)

    def cancel_requests(self) -> None:
        """Cancel every request but the one that runs now, which the guard ends."""
        for task in set(self.own_tasks) - {_current_task()}:
            task.cancel()

    async def abandon_tasks(self) -> list[Leftover]:
        """Cancel what still runs; give the tasks that go on all the same to nobody."""
        tasks = {task for task in asyncio.all_tasks(self.loop) if task is not _current_task()}
        for task in tasks:
            task.cancel()
        if not tasks:
            return []
        _, stubborn = await asyncio.wait(tasks, timeout=STUBBORN_AFTER)
        for task in stubborn:
            # The loop's clean-up would wait for it for ever.
            asyncio.tasks._unregister_task(task)
        return [Leftover(what=str(task), line=self._task_lines.get(task)) for task in stubborn]

    # -- asking --------------------------------------------------------------

    @property
    def blocking(self) -> list[Blocking]:
        """Calls that kept the event loop from running anything else."""
        return self.clock.blocking

    def named(self, name: str) -> list[Record]:
        """The spans of that name that began, in order."""
        began = [r for r in self.records if r.name == name and r.outcome != "unawaited"]
        return sorted(began, key=lambda record: record.start)

    def peak(self, name: str) -> int:
        """Most spans of that name that were in flight at once."""
        return overlapping((record.start, self._end(record)) for record in self.named(name))

    def overlap(self, first: str, second: str) -> float:
        """Seconds during which one of each was in flight."""
        return sum(
            max(0.0, min(self._end(a), self._end(b)) - max(a.start, b.start))
            for a in self.named(first)
            for b in self.named(second)
        )

    def leaked(self) -> list[Leftover]:
        """Tasks and threads of the answer that have not ended, by the line that started them."""
        left = []
        if all(task.done() for task in self.requests):  # else one may be waiting for such a job
            running = (job for job in self.jobs if job.outcome == "running")
            left = [
                Leftover(what=f"a thread of {job.label}", line=job.line, running=True)
                for job in running
            ]
        for task in asyncio.all_tasks(self.loop) - set(self.own_tasks):
            if task is _current_task() or task.done():
                continue
            name = getattr(task.get_coro(), "__qualname__", "a task")
            if task in self._task_lines and self._task_lines[task] is not None:
                line = self._task_lines[task]
                left.append(Leftover(what=f"the task {name}", line=line, running=True))
        return sorted(left, key=lambda item: (item.line or 0, item.what))

    def _end(self, record: Record) -> float:
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
        if len(spans) > MOST_SPANS:
            # What the answer did says more than which request it was for.
            spans = sorted(spans, key=lambda s: s.kind in ("request", "coroutine"))[:MOST_SPANS]
        return spans

    def _folded(self, name: Callable[[str], str]) -> list[Span]:
        folded: Counter[tuple[Any, ...]] = Counter()
        for record in self.records:
            if self.app_is_up and record.of_lifespan and record.outcome == "running":
                continue  # it lasts as long as the app, and says nothing of this test
            key = (name(record.label), record.line, record.start, self._end(record))
            # A synchronous job on the loop's own thread is the blocking call itself.
            blocking = record.kind == "job" and record.lane == "loop"
            folded[(*key, record.outcome, record.lane, record.kind, blocking)] += 1
        for held, line, lane in self.held:
            key = (held.call, line, held.start, held.end)
            folded[(*key, "done", lane, "sleep", lane == "loop")] += 1
        spans = [
            Span(
                label=label[:MOST_TEXT],
                line=line,
                start=round(start, 6),
                end=round(end, 6),
                outcome=outcome,
                lane=lane,
                kind=kind,
                count=count,
                blocking=blocking,
            )
            for (label, line, start, end, outcome, lane, kind, blocking), count in folded.items()
        ]
        return sorted(spans, key=lambda span: (span.start, span.line or 0, span.end, span.label))

    def first_line(self, frames: Iterable[tuple[str, int]]) -> int | None:
        return next((line for file, line in frames if file == self.file), None)

    def problem(self, error: BaseException) -> Problem:
        """An exception, told through the learner's own frames; a group by its first member."""
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        line, call, on_loop = None, "", True
        traceback = error.__traceback__
        while traceback is not None:
            code = traceback.tb_frame.f_code
            if code.co_filename == self.file:
                line, call = traceback.tb_lineno, code.co_name
            on_loop = on_loop and not code.co_filename.endswith(WORKERS)
            traceback = traceback.tb_next
        name = type(error).__name__
        return Problem(type=name, message=text_of(error), line=line, call=call, on_loop=on_loop)

    def is_stub(self, error: BaseException) -> bool:
        """Is it a NotImplementedError that the answer's own line raised."""
        traceback = error.__traceback__
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        own = traceback is not None and traceback.tb_frame.f_code.co_filename == self.file
        return own and isinstance(error, NotImplementedError)


def text_of(error: BaseException) -> str:
    """The exception's message, cut; an exception whose `__str__` fails gets a placeholder."""
    try:
        text = str(error)
    except Exception:
        text = "(its message could not be read)"
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}..."


def mark_coroutine_function(function: Any) -> Any:
    """Make frameworks treat a plain function that returns a coroutine as `async def`."""
    if sys.version_info >= (3, 12):
        return inspect.markcoroutinefunction(function)
    function._is_coroutine = asyncio.coroutines._is_coroutine  # type: ignore[attr-defined]
    return function


def _current_task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
