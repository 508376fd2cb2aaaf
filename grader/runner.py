"""Starts children from a warm server, bounds them, and turns their events into results.

Never imports learner code. A child that dies, hangs or talks nonsense is its own
exercise's verdict and nobody else's.
"""

import contextlib
import os
import selectors
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from grader import events, server
from grader.course import Exercise, Expected
from grader.diagnosis import diagnose, is_not_written
from grader.job import Job, enter
from grader.model import ExerciseResult, ExerciseStatus, TestResult

MOST_FLAGS = 20
"""Flags of one answer that are kept."""
EXERCISE_REAL_SECONDS = 120
"""Real seconds that one answer may take: a guard, generous on a busy machine."""


class GivenUp(Exception):  # noqa: N818 - a wish, no error
    """Somebody no longer wants the verdicts."""


@dataclass(frozen=True)
class Order:
    """One answer to grade; `job` is None when it could not be taken."""

    exercise: Exercise
    shown: str
    job: Job | None
    status: ExerciseStatus = "missing"
    problem: str = ""
    flags: tuple[str, ...] = ()


@dataclass
class Run:
    """A child at work and what it has said so far."""

    order: Order
    process: BaseProcess
    channel: Connection
    home: Path
    started: float
    reader: events.Reader = field(default_factory=events.Reader)
    collected: bool = False
    running: str | None = None
    finished: dict[str, events.Finished] = field(default_factory=dict)
    unloadable: events.Unloadable | None = None
    flags: list[str] = field(default_factory=list)
    ended: bool = False
    nonsense: str = ""
    timed_out: bool = False

    @property
    def known(self) -> list[str]:
        return [test.id for test in self.order.exercise.tests]

    def take(self, event: events.AnyEvent) -> None:
        """Enter one event. Raises Nonsense when it does not belong here."""
        if isinstance(event, events.Collected):
            if self.collected or event.tests != self.known:
                raise events.Nonsense("it collected other tests than the suite has")
            self.collected = True
            return
        if not self.collected or self.ended:
            raise events.Nonsense("it sent an event out of order")
        if isinstance(event, events.Flagged):
            # It names what the answer made up: no control characters in a report.
            flag = "".join(c if c.isprintable() else "?" for c in event.flag)
            if flag not in self.flags and len(self.flags) < MOST_FLAGS:
                self.flags.append(flag)
        elif isinstance(event, events.Unloadable):
            if event.status != "broken":
                raise events.Nonsense("it claimed a status")
            self.unloadable = event
        elif isinstance(event, events.Started):
            if (
                event.test not in self.known
                or event.test in self.finished
                or self.running is not None
            ):
                raise events.Nonsense("it started a test that is not due")
            self.running = event.test
        elif isinstance(event, events.Finished):
            if event.test != self.running:
                raise events.Nonsense("it finished a test that was not running")
            self.running = None
            self.finished[event.test] = event
        else:
            self.ended = True


class Runner:
    """Grades answers in children, `jobs` side by side."""

    def __init__(
        self, jobs: int | None = None, guard_real_seconds: float = EXERCISE_REAL_SECONDS
    ) -> None:
        self.guard_real_seconds = guard_real_seconds
        self.jobs = jobs or os.cpu_count() or 1
        self._context = server.context()

    def run(
        self,
        orders: list[Order],
        on_result: Callable[[int, ExerciseResult], None] | None = None,
        given_up: int | None = None,
    ) -> list[ExerciseResult]:
        """The verdicts, in the order of `orders`; `on_result` hears each when it is there.

        Raises GivenUp when the descriptor `given_up` becomes readable; no child outlives that.
        """
        server.start(order.exercise.suite for order in orders)
        results: dict[int, ExerciseResult] = {}
        waiting = list(enumerate(orders))
        active: dict[int, Run] = {}
        selector = selectors.DefaultSelector()
        if given_up is not None:
            selector.register(given_up, selectors.EVENT_READ, None)

        def done(index: int, result: ExerciseResult) -> None:
            results[index] = result
            if on_result is not None:
                on_result(index, result)

        try:
            while waiting or active:
                while waiting and len(active) < self.jobs:
                    index, order = waiting.pop(0)
                    if order.job is None:
                        done(index, _without_child(order))
                        continue
                    active[index] = run = self._start(order)
                    selector.register(run.channel, selectors.EVENT_READ, index)
                ready = selector.select(0.1)
                if any(key.data is None for key, _ in ready):
                    raise GivenUp
                for key, _ in ready:
                    run = active[key.data]
                    if not self._read(run):
                        selector.unregister(run.channel)
                        del active[key.data]
                        # Whoever waits for a verdict need not wait for the cleaning too,
                        # unless the exit code belongs to it.
                        if not run.ended:
                            self._stop(run)
                        try:
                            done(key.data, _verdict(run))
                        finally:
                            if run.ended:
                                self._stop(run)
                now = time.monotonic()
                for run in active.values():
                    if not run.process.is_alive():
                        # What it started may hold the channel open for ever.
                        _kill(run.process)
                    if now - run.started > self.guard_real_seconds and not run.timed_out:
                        run.timed_out = True
                        _kill(run.process)
        finally:
            for run in active.values():
                _kill(run.process)
                self._stop(run)
            selector.close()
        return [results[index] for index in range(len(orders))]

    def _start(self, order: Order) -> Run:
        assert order.job is not None
        receiver, sender = self._context.Pipe(duplex=False)
        home = Path(tempfile.mkdtemp(prefix="awaitlings-"))
        job = replace(order.job, home=str(home))
        process = self._context.Process(target=enter, args=(sender, job), daemon=True)
        with server.no_main_module():
            process.start()
        sender.close()
        if hasattr(os, "set_blocking"):
            os.set_blocking(receiver.fileno(), False)
        return Run(order, process, receiver, home, time.monotonic())

    def _read(self, run: Run) -> bool:
        """Take what the child has sent; False when nothing more will come."""
        try:
            data = os.read(run.channel.fileno(), 1 << 16)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not data:
            return False
        try:
            for event in run.reader.feed(data):
                run.take(event)
        except events.Nonsense as error:
            run.nonsense = str(error)
            return False
        return True

    def _stop(self, run: Run) -> None:
        """Leave nothing of the child behind."""
        if not run.ended:
            run.process.join(0.2)  # it may just be ending; its exit code says why
        _kill(run.process)
        run.process.join(5)
        run.channel.close()
        shutil.rmtree(run.home, ignore_errors=True)


def _kill(process: BaseProcess) -> None:
    pid = process.pid
    if pid is None:
        return
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg") and _leads_a_group(pid):
            os.killpg(pid, signal.SIGKILL)
            return
    with contextlib.suppress(OSError):
        process.kill()


def _leads_a_group(pid: int) -> bool:
    try:
        return os.getpgid(pid) == pid
    except ProcessLookupError:
        return True  # it has ended; processes that it started may go on in its group


# -- verdicts ----------------------------------------------------------------


def _without_child(order: Order) -> ExerciseResult:
    tests = [_not_run(expected) for expected in order.exercise.tests]
    return _result(order, order.status, tests, 0.0, order.problem, order.flags)


def _verdict(run: Run) -> ExerciseResult:
    real_seconds = time.monotonic() - run.started
    tests = [_test(run, expected) for expected in run.order.exercise.tests]
    status, problem = _status(run, tests)
    return _result(run.order, status, tests, real_seconds, problem, run.flags)


def _status(run: Run, tests: list[TestResult]) -> tuple[ExerciseStatus, str | None]:
    shown = run.order.shown
    if run.timed_out:
        at = f" in {run.running}" if run.running else ""
        took = round(time.monotonic() - run.started)
        return "timed_out", f"{shown}: it was still running after {took} real seconds{at}."
    if run.unloadable is not None:
        return run.unloadable.status, f"{shown}: {run.unloadable.problem}"
    if run.nonsense:
        return "crashed", f"{shown}: its process spoke out of turn: {run.nonsense}."
    if not run.ended or len(run.finished) < len(tests):
        during = f" during {run.running}" if run.running else ""
        return "crashed", f"{shown}: its process ended too early{during} ({_exit(run)})."
    if all(test.status == "passed" for test in tests):
        return "passed", None
    failed = [run.finished[test.id] for test in tests if test.status == "failed"]
    if failed and not any(test.status == "passed" for test in tests):
        evidence = [event.evidence for event in failed]
        if all(item is not None and is_not_written(item) for item in evidence):
            return "not_started", _stub_sentence(failed[0])
    return "failed", None


def _stub_sentence(event: events.Finished) -> str:
    assert event.evidence is not None
    problems = [event.evidence.error, *event.evidence.server_errors]
    name = next(p.call for p in problems if p is not None and p.type == "NotImplementedError")
    return f"not started: {name}() still raises NotImplementedError"


def _exit(run: Run) -> str:
    code = run.process.exitcode
    if code is None:
        return "it did not say why"
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"


def _not_run(expected: Expected) -> TestResult:
    return TestResult(
        id=expected.id,
        title=expected.title,
        status="failed",
        points=0,
        max_points=expected.points,
    )


def _test(run: Run, expected: Expected) -> TestResult:
    event = run.finished.get(expected.id)
    if event is None:
        return _not_run(expected)
    failure = None
    if event.outcome == "failed" and event.evidence is not None:
        evidence = event.evidence.model_copy(update={"spans": event.spans})
        failure = diagnose(evidence, run.order.shown)
    return TestResult(
        id=expected.id,
        title=expected.title,
        status=event.outcome,
        points=expected.points if event.outcome == "passed" else 0,
        max_points=expected.points,
        seconds=event.seconds,
        failure=failure,
        timeline=event.spans,
    )


def _result(
    order: Order,
    status: ExerciseStatus,
    tests: list[TestResult],
    real_seconds: float,
    problem: str | None,
    flags: Iterable[str],
) -> ExerciseResult:
    exercise = order.exercise
    return ExerciseResult(
        id=exercise.slug,
        number=exercise.number,
        title=exercise.settings.title,
        level=exercise.settings.level,
        status=status,
        points=sum(test.points for test in tests),
        max_points=sum(test.max_points for test in tests),
        real_seconds=round(real_seconds, 3),
        problem=problem,
        file=order.shown,
        flags=list(flags),
        tests=tests,
    )
