"""The loop without a terminal: one line per verdict, until it is ended."""

import select
import signal
import sys
from typing import TextIO

from grader.commands.watch.gradings import Gradings
from grader.commands.watch.inbox import (
    Added,
    AllGraded,
    Event,
    Graded,
    Inbox,
    Notice,
    Rewritten,
    Saved,
    Trouble,
)
from grader.commands.watch.keyboard import end
from grader.commands.watch.saves import Saves
from grader.commands.watch.session import take_added, take_rewritten
from grader.course.exercises import Course, Exercise
from grader.model.report import ExerciseResult
from grader.parent.runner import Runner
from grader.reports import harmless
from grader.reports.picture import headline
from grader.system import HAS_POSIX
from grader.wording import count

LOOK_REAL_SECONDS = None if HAS_POSIX else 0.2
"""Elsewhere Ctrl-C does not end the wait for a socket, so it must end by itself."""
NO_KEYS = "On this system watch has no keys: it prints a line per verdict, and Ctrl-C ends it."


class Lines:
    """One session without keys; the answer it starts on and each that is saved get their line."""

    def __init__(
        self, course: Course, start: Exercise | None, runner: Runner, out: TextIO = sys.stdout
    ) -> None:
        folder = course.answers
        self.course = course
        self.start = start
        self.out = out
        self.inbox = Inbox()
        self.gradings = Gradings(course.exercises, folder, runner, self.inbox)
        self.saves = Saves(course.exercises, folder, self.inbox)
        self.results: dict[str, ExerciseResult] = {}
        self._due: set[str] = set()
        self._is_open = False
        self._was_done = False

    def run(self) -> None:
        """Until a signal. Raises what a thread could not do, OSError when the output is gone."""
        signal.signal(signal.SIGTERM, end)
        if not HAS_POSIX:
            self._say(NO_KEYS)
        self._say(f"Grading {count(len(self.course.exercises), 'exercise')} first.")
        self.saves.start()
        if self.start is not None:
            self._due.add(self.start.slug)
            self.gradings.saved([self.start.slug])
        self.gradings.start()
        self.gradings.wanted(e.slug for e in self.course.exercises if e is not self.start)
        try:
            while True:
                select.select([self.inbox], [], [], LOOK_REAL_SECONDS)
                for event in self.inbox.take():
                    self._hear(event)
        finally:
            self.saves.stop()
            self.gradings.stop()
            self.inbox.close()

    def _hear(self, event: Event) -> None:
        if isinstance(event, Saved):
            self._due |= event.slugs
            self.gradings.saved(event.slugs)
        elif isinstance(event, Rewritten):
            self.course, taken = take_rewritten(self.course, event.slugs, self.gradings, self._say)
            self._due.update(exercise.slug for exercise in taken)
        elif isinstance(event, Added):
            self.course, slugs = take_added(self.course, self.saves, self.gradings, self._say)
            self._due.update(slugs)
        elif isinstance(event, Graded):
            self.results[event.result.id] = event.result
            if event.result.id in self._due:
                self._due.discard(event.result.id)
                self._say(sentence(event.result))
        elif isinstance(event, AllGraded):
            self._open()
            self._close()
        elif isinstance(event, Notice):
            self._say(event.text)
        elif isinstance(event, Trouble):
            raise event.error

    def _open(self) -> None:
        """Everything is graded for the first time: say where the learner stands."""
        if self._is_open:
            return
        self._is_open = True
        unfinished = [e for e in self.course.exercises if not self._passed(e)]
        total = len(self.course.exercises)
        passed = total - len(unfinished)
        self._say(f"Watching {count(total, 'exercise')}, {passed} passed. Ctrl-C ends it.")
        if self.start is None and unfinished:
            self._say(sentence(self.results[unfinished[0].slug]))

    def _close(self) -> None:
        """Say once that the course is done."""
        done = all(self._passed(exercise) for exercise in self.course.exercises)
        if done and not self._was_done:
            points = sum(result.points for result in self.results.values())
            self._say(f"The course is done: {points} of {count(points, 'point')}.")
        self._was_done = done

    def _passed(self, exercise: Exercise) -> bool:
        result = self.results.get(exercise.slug)
        return result is not None and result.status == "passed"

    def _say(self, text: str) -> None:
        print(harmless.line(text), file=self.out, flush=True)


def sentence(result: ExerciseResult) -> str:
    """A verdict in one line."""
    name = f"{result.number:02} {result.id}"
    if result.problem is not None:
        return f"{name}: {result.problem}"
    points = f"{result.points} of {count(result.max_points, 'point')}"
    failure = next((test.failure for test in result.tests if test.failure is not None), None)
    if failure is None:
        return f"{name}: {result.status}, {points}"
    where = f"{failure.file}:{failure.line}" if failure.line else failure.file
    fact = headline(failure).replace("\n", " ")
    return f"{name}: {result.status}, {points}: {fact} ({where})"
