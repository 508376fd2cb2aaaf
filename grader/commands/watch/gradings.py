"""Grades in a thread of its own, the newest content first."""

import threading
import time
from collections.abc import Iterable
from pathlib import Path

from grader.commands.watch.inbox import AllGraded, Bell, Graded, Inbox, OwnPassed, Trouble
from grader.course.exercises import Exercise
from grader.model.report import ExerciseResult
from grader.parent import children, session
from grader.parent.runner import GivenUp, Runner

SETTLING_REAL_SECONDS = 0.1
"""So long after a save a file without sense may be one that is half written."""


class Gradings(threading.Thread):
    """Puts a Graded in the inbox per verdict, and AllGraded when nothing is left to grade.

    A save ends whatever runs: a verdict on content that is no more is never told, and
    what was given up for it is graded afterwards.
    """

    def __init__(
        self, exercises: Iterable[Exercise], folder: Path, runner: Runner, inbox: Inbox
    ) -> None:
        super().__init__(name="gradings", daemon=True)
        self._exercises = {exercise.slug: exercise for exercise in exercises}
        self._folder = folder
        self._runner = runner
        self._inbox = inbox
        self._bell = Bell()
        self._changed = threading.Condition()
        self._saved: dict[str, float] = {}
        self._waiting: dict[str, None] = {}
        self._stopping = False
        self._outdated = False

    def know(self, exercise: Exercise) -> None:
        """Grade with this version of an exercise from now on."""
        with self._changed:
            self._exercises[exercise.slug] = exercise
            self._outdated = True

    def saved(self, slugs: Iterable[str]) -> None:
        """Grade these before all others, even before what runs now."""
        with self._changed:
            for slug in slugs:
                self._saved[slug] = time.monotonic()
                self._waiting.pop(slug, None)
            self._bell.ring()
            self._changed.notify()

    def wanted(self, slugs: Iterable[str]) -> None:
        """Grade these when there is time."""
        with self._changed:
            self._waiting.update(dict.fromkeys(slugs))
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._bell.ring()
            self._changed.notify()
        self.join(10)
        if not self.is_alive():
            self.discard()

    def discard(self) -> None:
        """Close what a thread that does not run holds open."""
        self._bell.close()

    def run(self) -> None:
        try:
            while self._grade_next():
                pass
        except BaseException as error:
            self._inbox.put(Trouble(error))

    def _grade_next(self) -> bool:
        """Grade what was saved, else what waits; False when it is to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self._saved or self._waiting or self._stopping)
            if self._stopping:
                return False
            saved = dict(self._saved)
            batch = list(saved or self._waiting)
            self._saved.clear()
            self._waiting = {slug: None for slug in self._waiting if slug not in batch}
            self._bell.quieten()
            exercises = [self._exercises[slug] for slug in batch]
        told: set[str] = set()

        def tell(index: int, result: ExerciseResult) -> None:
            self._let_settle(result, saved.get(batch[index]))
            told.add(batch[index])
            self._inbox.put(Graded(result))

        def tell_own(result: ExerciseResult) -> None:
            self._inbox.put(OwnPassed(result))

        own = self._runner.isolation == "process"
        orders = session.orders_for(exercises, self._folder, keep_spans=True, own=own)
        try:
            self._runner.run(orders, tell, self._bell.fileno(), tell_own)
        except GivenUp:
            with self._changed:
                again = {slug: None for slug in batch if slug not in told | self._saved.keys()}
                self._waiting = {**again, **self._waiting}
                return not self._stopping
        with self._changed:
            if not self._saved and not self._waiting:
                self._inbox.put(AllGraded())
            renew = self._outdated and not self._saved
            self._outdated = self._outdated and not renew
            suites = [exercise.suite for exercise in self._exercises.values()]
        if renew:  # after the verdict, for a new server takes a second to get warm
            children.renew(suites, self._runner.isolation)
        children.get_ready(self._runner.isolation)
        return True

    def _let_settle(self, result: ExerciseResult, saved: float | None) -> None:
        """Before a senseless file is judged, wait a moment for the rest of it.

        Raises GivenUp when it came.
        """
        if saved is None or result.status not in ("broken", "missing"):
            return
        rest = saved + SETTLING_REAL_SECONDS - time.monotonic()
        with self._changed:
            if self._changed.wait_for(lambda: self._saved or self._stopping, max(0.0, rest)):
                raise GivenUp
