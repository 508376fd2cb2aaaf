"""Visitors of the learner's program and of the ghosts, on the virtual clock in warm children."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.commands.live import ghosts
from grader.commands.live.chart import Chart, chart
from grader.course import ghosts as known_ghosts
from grader.course.exercises import Course, Exercise
from grader.model.events import Served
from grader.model.job import Crowd, Job
from grader.model.report import Isolation
from grader.parent import crowds, session

MOST = 2_000
COUNTS = (1, 5, 20, 40, 100, 400)
"""Who comes beside the number that was asked for: 40 are as many as a server has threads."""
KEPT = 64
"""Outcomes of ghosts that are remembered."""
YOURS = "yours"


@dataclass(frozen=True)
class Outcome:
    """What to show: a chart, and sentences about what is not in it."""

    chart: Chart | None
    notes: list[str]


class Crowds:
    """Each program's crowd has a child of its own; those of ghosts are remembered."""

    def __init__(self, isolation: Isolation) -> None:
        self._isolation = isolation
        self._known: OrderedDict[tuple[bytes, Crowd], list[Served]] = OrderedDict()

    async def visit(
        self, exercise: Exercise, course: Course, count: int, gap: float, failing: str
    ) -> Outcome:
        """When the last of `count` visitors, and of some smaller numbers, has an answer.

        Ends its children when it is cancelled. Raises GraderError.
        """
        counts = (*(each for each in COUNTS if each < count), count)
        crowd = Crowd(exercise.settings.requests[0], counts, gap, failing)
        path, shown = exercise.answer_in(course.answers)
        own = await asyncio.to_thread(session.order, exercise, path, shown, "virtual", own=True)
        others = await asyncio.to_thread(ghosts.orders, exercise)
        jobs = {kind: order.job for kind, order in others.items() if order.job is not None}
        given_up = threading.Event()
        try:
            found = await asyncio.gather(
                self._one(own.job, crowd, given_up, is_own=True),
                *(self._one(job, crowd, given_up) for job in jobs.values()),
            )
        finally:
            given_up.set()
        names = {kind: known_ghosts.KINDS[kind] for kind in jobs}
        programs = {
            kind: (name, served)
            for (kind, name), served in zip([(YOURS, YOURS), *names.items()], found, strict=True)
        }
        notes = list(self._notes(exercise, own.problem, found[0], bool(jobs), crowd))
        if found[0] and not crowd.failing and all(s.errors == s.visitors for s in found[0]):
            programs.pop(YOURS)  # a refusal takes no time, and says nothing about waiting
        return Outcome(chart(programs), notes)

    async def _one(
        self, job: Job | None, crowd: Crowd, given_up: threading.Event, *, is_own: bool = False
    ) -> list[Served]:
        if job is None:
            return []
        key = (job.data, crowd)
        if not is_own and key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        found = await asyncio.to_thread(crowds.visit, job, crowd, self._isolation, given_up.is_set)
        if not is_own and len(found) == len(crowd.counts):
            self._known[key] = found
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return found

    @staticmethod
    def _notes(
        exercise: Exercise, problem: str, own: Sequence[Served], has_ghosts: bool, crowd: Crowd
    ) -> Iterator[str]:
        if problem:
            yield f"Yours cannot be visited: {problem}"
        elif not own:
            yield "Yours did not answer in time, or cannot be loaded: its verdict says why."
        elif not crowd.failing and all(s.errors == s.visitors for s in own):
            yield (
                "Every visitor of yours had an error. If its tests pass, it needs what only they "
                "have: another service, or rows in a database."
            )
        elif len(own) < len(crowd.counts):
            yield f"More than {own[-1].visitors:,} visitors were too many to be tried in time."
        if not exercise.solutions.is_dir():
            yield "This copy of the course has no solutions, so only yours is drawn."
        elif not has_ghosts:
            yield "This exercise has no other programs to compare with, so only yours is drawn."
