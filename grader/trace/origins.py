"""The learner's line that handed work over: to a thread, or to a BackgroundTask."""

import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import partial
from types import FrameType
from typing import Any

from anyio._backends._asyncio import AsyncIOBackend
from starlette.background import BackgroundTask

from grader.model.evidence import Leftover
from grader.security import seals
from grader.trace import visits
from grader.trace.circumstance import TWIN, is_serving

ORIGIN_FRAMES = 3
"""Depth of a coroutine's `cr_origin`: it must reach through a fake's frame to the learner's."""

_in_background: ContextVar[int | None] = ContextVar("_in_background", default=None)


class Handover:
    """`line_of` gives the learner's line that is running on a stack.

    `on_job` is told of each job in a thread, with its line: a context manager around it.
    `file` is the name that the answer's code bears; `unsent` is the work for the background
    that has not been started.
    """

    def __init__(
        self,
        line_of: Callable[[FrameType | None], int | None],
        on_job: Callable[[Callable[..., Any], int | None], AbstractContextManager[Any]],
        file: str,
    ) -> None:
        self._line_of = line_of
        self._on_job = on_job
        self._file = file
        self.unsent: list[Leftover] = []
        self._begun: weakref.WeakSet[_Job] = weakref.WeakSet()
        self._job = threading.local()

    @property
    def pending(self) -> int:
        """Jobs of requests in threads, or on their way there; who is cancelled takes it along."""
        return len(self._begun)

    @property
    def line(self) -> int | None:
        """The line that handed over what is running now."""
        job: int | None = getattr(self._job, "line", None)
        return _in_background.get() if job is None else job

    @contextmanager
    def following(self) -> Iterator[None]:
        """Note each line that hands work over, until the block ends."""
        submit = ThreadPoolExecutor.submit
        start: Any = threading.Thread.start
        patched: Any = ThreadPoolExecutor
        threads: Any = threading.Thread
        backend: Any = AsyncIOBackend
        in_thread = backend.__dict__["run_sync_in_worker_thread"]
        made: Any = BackgroundTask.__init__
        run: Any = BackgroundTask.__call__
        lines: weakref.WeakKeyDictionary[BackgroundTask, int | None] = weakref.WeakKeyDictionary()
        given: weakref.WeakKeyDictionary[BackgroundTask, Leftover] = weakref.WeakKeyDictionary()

        def submit_noting(pool: Any, function: Any, /, *args: Any, **kwargs: Any) -> Any:
            return submit(pool, self._noting(function, sys._getframe(1)), *args, **kwargs)

        def start_noting(thread: Any) -> None:
            frame = sys._getframe(1)
            if frame.f_code.co_filename == self._file and not thread.ident:
                thread.run = self._noting(thread.run, frame, _target(thread))
            start(thread)

        async def in_thread_noting(kind: Any, function: Any, *args: Any, **kwargs: Any) -> Any:
            noting = self._noting(function, sys._getframe(1))
            return await in_thread.__func__(kind, noting, *args, **kwargs)

        def made_noting(task: BackgroundTask, *args: Any, **kwargs: Any) -> None:
            made(task, *args, **kwargs)
            lines[task] = line = self._line_of(sys._getframe(1))
            name = getattr(getattr(task, "func", None), "__name__", "")
            if name and line is not None:
                given[task] = Leftover(what=name, line=line)
                self.unsent.append(given[task])

        async def run_noting(task: BackgroundTask) -> None:
            self.unsent = [left for left in self.unsent if left is not given.get(task)]
            token = _in_background.set(lines.get(task))
            try:
                await run(task)
            finally:
                _in_background.reset(token)

        thread_noting = classmethod(in_thread_noting)
        with (
            seals.put(patched, "submit", submit_noting),
            seals.put(threads, "start", start_noting),
            seals.put(backend, "run_sync_in_worker_thread", thread_noting),
            seals.put(BackgroundTask, "__init__", made_noting),
            seals.put(BackgroundTask, "__call__", run_noting),
        ):
            yield

    def _noting(
        self, function: Callable[..., Any], frame: FrameType, job: Callable[..., Any] | None = None
    ) -> Callable[..., Any]:
        line, visit = self._line_of(frame), visits.current()
        twin, serving = TWIN.get(), is_serving()
        begun = _Job()
        if serving:
            self._begun.add(begun)

        def run(*args: Any, **kwargs: Any) -> Any:
            self._job.line = line
            token = TWIN.set(twin)
            if not sys.get_coroutine_origin_tracking_depth():  # each thread has its own
                sys.set_coroutine_origin_tracking_depth(ORIGIN_FRAMES)
            try:
                told = self._on_job(job or function, line) if serving else nullcontext()
                with visits.belongs_to(visit), told:
                    return function(*args, **kwargs)
            finally:
                self._job.line = None
                TWIN.reset(token)
                self._begun.discard(begun)

        return run


class _Job:
    """Lives as long as its job may still be done."""


def _target(thread: Any) -> Any:
    """The function that a thread runs: its target, or a Timer's; a subclass has its own `run`."""
    known = thread.__dict__
    return known.get("_target") or known.get("function") or thread.run


def parts(function: Any) -> list[Any]:
    """The function and the arguments of a partial, which may hold the answer's own function."""
    if not isinstance(function, partial):
        return [function]
    bound = [function.func, *function.args, *function.keywords.values()]
    return [part for each in bound for part in parts(each)]
