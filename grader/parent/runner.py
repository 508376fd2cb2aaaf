"""Starts children, bounds them, and hands over what they said.

Never imports learner code. A child that dies, hangs or talks nonsense changes the verdict of its
own exercise only.
"""

import contextlib
import itertools
import os
import secrets
import selectors
import shutil
import stat
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader import isolation, system
from grader.isolation import namespaces
from grader.model import events
from grader.model.endings import EXERCISE_REAL_SECONDS, SILENT, TEST_SHARE, Ending
from grader.model.errors import GraderError
from grader.model.job import UNTOLD, Job
from grader.model.report import ExerciseResult, Isolation
from grader.parent import children, verdict
from grader.parent.children import Child
from grader.parent.conversation import Order, Said

DEAF_REAL_SECONDS = 5.0
"""How long after the order to kill a child its server may take, before it is killed itself."""


UNHEARD = "passed, and ended or said nothing when a judge outside asked, twice"
"""A flag: the points stay, for a process may end in many ways."""


class GivenUp(Exception):  # noqa: N818 - a wish, no error
    """The verdicts are no longer wanted."""


def counting(
    tell: Callable[[int, int], None] | None, total: int
) -> Callable[[int, ExerciseResult], None] | None:
    """For `on_result`: tells how many of `total` are done, and `total`."""
    if tell is None:
        return None
    done = itertools.count(1)
    return lambda _index, _result: tell(next(done), total)


@dataclass
class Run:
    """A child at work."""

    index: int
    child: Child
    said: Said
    reader: events.Reader
    home: Path | None
    alone: bool
    graded: Said | None = None
    """What its answer's own child has said, where this one is a judge."""
    started: float = field(default_factory=time.monotonic)


@dataclass
class Runner:
    """Grades answers in children, `jobs` side by side, each within `guard_real_seconds`.

    `judged`: a judge outside has a second look at what has passed.

    Raises GraderError when this machine has not this `isolation`.
    """

    jobs: int | None = None
    guard_real_seconds: float = EXERCISE_REAL_SECONDS
    isolation: Isolation = "process"
    judged: bool = False

    def __post_init__(self) -> None:
        isolation.require(self.isolation)

    def run(
        self,
        orders: list[Order],
        on_result: Callable[[int, ExerciseResult], None] | None = None,
        given_up: int | None = None,
        on_own: Callable[[ExerciseResult], None] | None = None,
    ) -> list[ExerciseResult]:
        """The verdicts, in the order of `orders`; `on_result` hears each when it is there.

        `on_own` hears of an answer whose suite's own tests have passed when circumstances are
        still to come: a verdict on those tests alone.

        Raises GivenUp when the descriptor `given_up` becomes readable; no child outlives that.
        """
        return _Grading(self, orders, on_result, given_up, on_own).run()


@dataclass
class _Grading:
    """One call of Runner.run: indices that wait, children at work, verdicts so far."""

    runner: Runner
    orders: list[Order]
    on_result: Callable[[int, ExerciseResult], None] | None
    given_up: int | None
    on_own: Callable[[ExerciseResult], None] | None
    results: dict[int, ExerciseResult] = field(default_factory=dict)
    active: dict[int, Run] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def run(self) -> list[ExerciseResult]:
        self.suites = list(dict.fromkeys(order.exercise.suite for order in self.orders))
        self.waiting = list(range(len(self.orders)))
        if any(order.job is not None for order in self.orders):
            children.start(self.suites, self.runner.isolation)
        if self.given_up is not None:
            self.selector.register(self.given_up, selectors.EVENT_READ, None)
        try:
            while self.waiting or self.again or self.active:
                self._begin_what_may()
                self._hear()
                self._look_after()
        finally:
            for run in self.active.values():
                run.child.kill()
                self._stop(run)
            self.selector.close()
        return [self.results[index] for index in range(len(self.orders))]

    def _begin_what_may(self) -> None:
        """As many side by side as are wanted; what is graded again comes last, one by one."""
        jobs = self.runner.jobs or os.cpu_count() or 1
        while self.waiting and len(self.active) < jobs:
            self._begin(self.waiting.pop(0))
        if self.again and not self.active:
            self._begin(self.again.pop(0), alone=True)

    def _hear(self) -> None:
        """Take what children send within a tenth of a second. Raises GivenUp."""
        # select() on Windows raises for an empty set.
        ready = self.selector.select(0.1) if self.selector.get_map() else []
        if any(key.data is None for key, _ in ready):
            raise GivenUp
        for key, _ in ready:
            run = self.active[key.data]
            if not self._read(run):
                self._end(run)

    def _begin(self, index: int, *, alone: bool = False) -> None:
        order = self.orders[index]
        if order.job is None:
            self._done(index, verdict.without_child(order))
            return
        self._start(index, order.job, Said(order, time.monotonic()), alone)

    def _start(
        self, index: int, job: Job, said: Said, alone: bool, graded: Said | None = None
    ) -> None:
        level = self.runner.isolation
        home = None if level == "sandbox" else Path(tempfile.mkdtemp(prefix="awaitlings-"))
        key = secrets.token_bytes(32)
        left = said.started + self.runner.guard_real_seconds - time.monotonic()
        job = replace(
            job,
            home=str(home or namespaces.SCRATCH),
            isolation=level,
            key=key,
            real_seconds=max(0.0, left),
        )
        child = children.child(job, self.suites, level)
        self.active[index] = run = Run(index, child, said, events.Reader(key), home, alone, graded)
        self.selector.register(child.channel, selectors.EVENT_READ, run.index)

    def _read(self, run: Run) -> bool:
        """Take what the child has sent; False when nothing more will come."""
        try:
            data = run.child.read()
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not data:
            return False
        try:
            for event in run.reader.feed(data):
                run.said.take(event)
                if self.on_own is not None and run.said.has_just_passed_own(event):
                    self.on_own(verdict.of_own(run.said))
        except events.Nonsense as error:
            run.said.nonsense = error
            return False
        return True

    def _look_after(self) -> None:
        """Notice children that ended without a word, and those that go on too long."""
        children.end_if_stopped(self.runner.isolation)
        now = time.monotonic()
        for run in list(self.active.values()):
            late = now - run.said.started - self.runner.guard_real_seconds
            if not run.child.alive():
                # Read what is in the channel, and no longer: its descendants may hold it open.
                while self._read(run) and self._has_more(run):
                    pass
                self._end(run)
            elif late > 0 and run.said.ending is not Ending.EXERCISE:
                self._kill(run, Ending.EXERCISE)
            elif run.said.ending is None and self._is_overdue(run.said, now):
                self._kill(run, Ending.TEST)
            elif late > DEAF_REAL_SECONDS:
                # Its server obeys no more, whoever did that: who is graded alone next, is judged.
                children.get(self.runner.isolation).stop()
                run.said.ending = Ending.EXERCISE if run.alone else None
                self._end(run)

    def _kill(self, run: Run, ending: Ending) -> None:
        run.said.ending = ending
        run.child.kill()

    def _is_overdue(self, said: Said, now: float) -> bool:
        """Whether a test runs that takes more than its share of the time for all."""
        left = said.started + self.runner.guard_real_seconds - said.since
        return said.running is not None and now - said.since > TEST_SHARE * left

    def _has_more(self, run: Run) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(run.child.channel, selectors.EVENT_READ)
            return bool(selector.select(0))

    def _end(self, run: Run) -> None:
        """Judge what a child said, or start the next one: for the rest, or all over again."""
        self.selector.unregister(run.child.channel)
        del self.active[run.index]
        said = run.said
        if run.graded is not None:
            try:
                self._heed(run, run.graded)
            finally:
                self._stop(run)
            return
        if said.ended and not (said.hurried and system.is_busy()):
            # Whoever waits for a verdict need not wait for the cleaning too.
            try:
                self._conclude(run, said)
            finally:
                self._stop(run)
            return
        self._stop(run)
        said.ending = self._settled(run)
        if not run.alone and self._says_nothing(run):
            self.again.append(run.index)
        elif (job := said.go_on()) is not None:
            self._start(run.index, job, said, run.alone)
        else:
            self._conclude(run, said)

    def _conclude(self, run: Run, said: Said) -> None:
        """Nothing more comes from the answer's own process: a judge's turn, or the verdict."""
        if tests := self._to_judge(said):
            self._judge(run, said, tests)
        else:
            self._done(run.index, verdict.of(said))

    def _to_judge(self, said: Said) -> tuple[str, ...]:
        """Which tests a judge outside runs again: those that have passed.

        None where it cannot play half of a suite: an opinion on so little is not worth its time.
        Of an author's own answer none until all pass: nobody else counts what they get before.
        """
        job = said.order.job
        may = self.runner.judged and children.can_judge(self.runner.isolation)
        if not may or job is None or said.ending is Ending.STARVED:
            return ()
        if job.own and not said.has_passed_own():
            return ()
        played = [test.id for test in said.order.exercise.tests if test.is_played]
        worth = 2 * len(played) >= len(said.own)
        return tuple(filter(said.has_passed, played)) if worth else ()

    def _judge(self, run: Run, graded: Said, tests: tuple[str, ...]) -> None:
        job = graded.order.job
        assert job is not None
        job = replace(job, judged=tests, clock="virtual")  # what passes on a real clock, too
        try:
            self._start(run.index, job, Said(graded.order, time.monotonic()), run.alone, graded)
        except GraderError:  # without a server there is no second look
            self._done(run.index, verdict.of(graded))

    def _heed(self, run: Run, graded: Said) -> None:
        """An opinion is there: only one that comes twice is worth anything."""
        other = run.said.seen_to_fail() or run.said.broken_off()
        if (other is not None or not run.said.ended) and not graded.is_doubted:
            graded.is_doubted = True
            self._judge(run, graded, self._to_judge(graded))
        elif other is not None and self._is_its_own(other):
            self._done(run.index, verdict.otherwise(graded, other))
        else:
            unheard = other is not None or not run.said.ended
            for flag in [UNHEARD] if unheard else run.said.unplayed():
                graded.flag(flag)
            self._done(run.index, verdict.of(graded))

    def _is_its_own(self, other: events.Finished) -> bool:
        """Whether that came of the answer: a check that does not hold, or an end that nothing else
        can have brought about, as any process of this user can outside of the sandbox.
        """
        if other.outcome == "failed":
            return True
        silent = SILENT in other.printed
        return self.runner.isolation == "sandbox" and not (silent and system.is_busy())

    def _settled(self, run: Run) -> Ending | None:
        """What ended it, now that its exit code and its CPU time are known."""
        said = run.said
        if said.ended:
            return Ending.STARVED
        if said.ending is None:
            return Ending.KERNEL if said.by_kernel else None
        if not system.hardly_ran(run.child.computed, time.monotonic() - run.started):
            return said.ending
        # Between the steps of its threads, who waits for a processor may not seem to.
        if run.child.wanted or (not run.alone and system.is_busy()):
            return Ending.STARVED
        return Ending.STILL if said.ending is Ending.TEST else said.ending

    def _says_nothing(self, run: Run) -> bool:
        """Whether how it ended says nothing about its answer. Raises GraderError when no child
        ever began."""
        if not run.child.lost or run.said.ending in (Ending.EXERCISE, Ending.STARVED):
            return run.said.ending is Ending.STARVED or run.said.exit_code == UNTOLD
        if run.child.unstarted and not self.results:
            raise run.child.failure()
        return True  # another answer may have ended the server that all shared

    def _done(self, index: int, result: ExerciseResult) -> None:
        self.results[index] = result
        if self.on_result is not None:
            self.on_result(index, result)

    def _stop(self, run: Run) -> None:
        """Leave nothing of the child behind."""
        if not run.said.ended:
            run.child.wait(0.2)  # if it is just ending, its own exit code says why
        run.child.kill()
        run.child.wait(5)
        run.said.exit_code = run.child.exit_code
        run.said.odd = run.reader.odd
        if run.said.nonsense is not None:
            with contextlib.suppress(OSError):
                run.said.odd += run.child.read()
        run.child.close()
        if run.home is not None:
            remove(run.home)


def remove(home: Path) -> None:
    """Remove the folder, also what an answer made unreadable in it."""
    shutil.rmtree(home, ignore_errors=True)
    if not home.exists():
        return
    for folder, names, _ in os.walk(home):
        for name in [folder, *(os.path.join(folder, name) for name in names)]:
            if not os.path.islink(name):
                with contextlib.suppress(OSError):
                    os.chmod(name, stat.S_IRWXU)
    shutil.rmtree(home, ignore_errors=True)
