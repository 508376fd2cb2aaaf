"""The answer's tasks: who made each one, and what they leave behind."""

import asyncio
import inspect
import sys
import weakref
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import anyio

from grader.clock.stacks import GRADER
from grader.model.evidence import Leftover, Over, Problem
from grader.trace import lines, parameters, visits
from grader.trace.circumstance import is_serving
from grader.trace.visits import Visit

STUBBORN_AFTER = 60.0
"""Seconds after which a cancelled task counts as one that swallows its cancellation."""
MAX_DEAD = 50
"""Exceptions of such tasks that are kept."""
STARTERS = (GRADER, str(Path(asyncio.__file__).parent), str(Path(anyio.__file__).parent))
"""Where the functions lie with which an answer starts a task, such as asyncio.gather."""


class Tasks:
    """The tasks of one test's event loop; `file` is the name that the answer's code bears.

    Attributes: `requests`, the tasks in which the suite's requests are served; `lifespan`, the
    one that runs the app's lifespan, `up_at`, when its start was over, `app_is_up`, whether it
    has started and not yet been told to stop, and `app_has_stopped`; `lost`, exceptions of tasks
    that ended without anybody looking;
    `cancelled`, tasks of the answer that were cancelled before they began, and `tidied`, those that
    Python took away while they waited, for nothing held on to them; `dead`, the exceptions with
    which tasks of the answer ended; `over`, those cancelled, or of the start and soon over.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, file: str) -> None:
        self.loop = loop
        self.file = file
        self.requests: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self.lifespan: asyncio.Task[Any] | None = None
        self.app_is_up = False
        self.is_starting = False
        self.up_at: float | None = None
        self.app_has_stopped = False
        self.lost: list[BaseException] = []
        self.cancelled: list[Leftover] = []
        self.tidied: list[Leftover] = []
        self.dead: list[Problem] = []
        self.over: list[Over] = []
        self._is_ending = False
        self.is_planted: Callable[[BaseException], bool] = lambda _error: False
        self._failed: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self._made: dict[int, int] = {}
        self._visits: weakref.WeakKeyDictionary[asyncio.Task[Any], Visit] = (
            weakref.WeakKeyDictionary()
        )
        self._of_requests: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self._lines: weakref.WeakKeyDictionary[asyncio.Task[Any], int | None] = (
            weakref.WeakKeyDictionary()
        )
        self._names: dict[int, str] = {}

    def factory(
        self, loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], **kwargs: Any
    ) -> asyncio.Task[Any]:
        """The loop's task factory: notes the answer's line that created the task."""
        task = asyncio.Task(coro, loop=loop, **kwargs)
        if is_serving():
            self._of_requests.add(task)
        self._names[id(task)] = _name(coro, self.file)
        self._lines[task] = line = self._own_line(sys._getframe(1))
        if line is not None:
            self._made[id(task)] = line
            if (visit := visits.current()) is not None:
                self._visits[task] = visit
            of_start = self.is_starting and current() is self.lifespan
            task.add_done_callback(partial(self._ended, line, loop.time(), of_start))
        return task

    def begin_again(self) -> None:
        """Forget what ended, but for the app's own tasks: what they were to do is still missing."""
        for noted in (self.lost, self.cancelled, self.tidied):
            noted.clear()
        self.dead = [each for each in self.dead if each.of_start]
        self.over = [each for each in self.over if each.of_start]

    def _ended(self, line: int, made: float, of_start: bool, task: "asyncio.Task[Any]") -> None:
        if task.cancelled() and self.loop.time() == made:
            self.cancelled.append(Leftover(what=f"the task {self._name_of(task)}", line=line))
        # Asking for the exception would count as looking at it.
        error = getattr(task, "_exception", None)
        ends_early = of_start and (self.is_starting or self.app_is_up)
        if error is None and (ends_early or task.cancelled()) and not self._is_ending:
            self.over.append(
                Over(
                    what=self._name_of(task),
                    line=line,
                    at=self.loop.time(),
                    cancelled=task.cancelled(),
                    of_start=of_start,
                )
            )
        if error is not None:
            self._failed.add(task)
        if isinstance(error, Exception) and len(self.dead) < MAX_DEAD:
            told = lines.problem(self.file, error)
            self.dead.append(
                told.model_copy(
                    update={
                        "planted": self.is_planted(lines.first_of(error)),
                        "line": told.line or lines.innermost(self.file, error) or line,
                        "of_start": of_start,
                        "misplaced": parameters.misplaced(self.file, lines.first_of(error)),
                    }
                )
            )

    def _own_line(self, frame: FrameType | None) -> int | None:
        """The answer's line, when it started the task itself and no library did so for it."""
        while frame is not None and frame.f_code.co_filename.startswith(STARTERS):
            frame = frame.f_back
        if frame is None or frame.f_code.co_filename != self.file:
            return None
        return frame.f_lineno

    @property
    def line(self) -> int | None:
        """The answer's line that created the running task."""
        task = current()
        return self._lines.get(task) if task is not None else None

    def note_lost(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The loop's exception handler: a task failed and nobody looked."""
        error, task = context.get("exception"), context.get("task")
        if isinstance(error, BaseException):
            self.lost.append(error)
        elif isinstance(task, asyncio.Task) and not task.done():
            # Weak references to it are gone already; its place in memory is still its own.
            line = self._made.get(id(task))
            self.tidied.append(Leftover(what=f"the task {self._name_of(task)}", line=line))

    def unseen(self) -> list[BaseException]:
        """The `lost` exceptions, and those of tasks that are still held and nobody has asked."""
        held: list[Any] = [t for t in self._failed if getattr(t, "_log_traceback", False)]
        return [*self.lost, *(task._exception for task in held)]

    def _suites(self) -> set[asyncio.Task[Any]]:
        """The tasks that the suite's client has made."""
        return {*self.requests, self.lifespan} - {None}  # type: ignore[return-value]

    def line_of(self, task: asyncio.Task[Any]) -> int | None:
        """The answer's line that made it."""
        return self._lines.get(task)

    def cancel_requests(self) -> None:
        """Cancel every request but the one that runs now, which the guard ends."""
        self._is_ending = True
        for task in self._suites() - {current()}:
            task.cancel()

    def leaked(self, *, of_ended_visits: bool = False) -> list[Leftover]:
        """The answer's own tasks that have not ended.

        `of_ended_visits`: without those of a request that is still going on.
        """
        left = []
        for task in asyncio.all_tasks(self.loop) - self._suites() - {current()}:
            line = self._lines.get(task)
            # `all_tasks` has only those that are not done. What the app has started is its own
            # until it has stopped.
            is_busy = of_ended_visits and self._is_busy(task)
            is_over = task in self._of_requests or self.app_has_stopped
            if line is not None and is_over and not is_busy:
                what = f"the task {self._name_of(task)}"
                left.append(Leftover(what=what, line=line, running=True))
        return left

    def _name_of(self, task: "asyncio.Task[Any]") -> str:
        return self._names.get(id(task), "a task")

    def _is_busy(self, task: asyncio.Task[Any]) -> bool:
        visit = self._visits.get(task)
        return visit is not None and not visit.is_over

    async def abandon(self) -> None:
        """Cancel what still runs, and let go of the tasks that go on all the same."""
        tasks = asyncio.all_tasks(self.loop) - {current()}
        for task in tasks:
            task.cancel()
        if tasks:
            _, stubborn = await asyncio.wait(tasks, timeout=STUBBORN_AFTER)
            for task in stubborn:
                # asyncio.Runner.close gathers all registered tasks: it would wait for ever.
                asyncio.tasks._unregister_task(task)


def current() -> asyncio.Task[Any] | None:
    """The task that runs on this thread; None also where no event loop runs."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def _name(coro: Coroutine[Any, Any, Any], file: str) -> str:
    """The function's, also where a library has wrapped a coroutine of the answer in its own."""
    frame = getattr(coro, "cr_frame", None)
    if frame is not None and frame.f_code.co_filename != file:
        inside = list(frame.f_locals.values())
        handles = [each for each in inside if str(type(each).__module__).startswith("anyio.")]
        inside += [getattr(each, "_coro", None) for each in handles]  # others may raise at it
        wrapped = (each for each in inside if inspect.iscoroutine(each))
        coro = next((each for each in wrapped if each.cr_code.co_filename == file), coro)
    return str(getattr(coro, "__qualname__", "a task")).rpartition("<locals>.")[2]
