"""What live knows: hears saves and verdicts in the loop's thread, and wakes the open pages."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from grader.commands.live.ghosts import Ghosts
from grader.commands.watch.gradings import Gradings
from grader.commands.watch.inbox import (
    Added,
    Event,
    Graded,
    Inbox,
    Notice,
    OwnPassed,
    Rewritten,
    Saved,
    Trouble,
)
from grader.commands.watch.saves import Saves
from grader.commands.watch.session import take_added, take_rewritten
from grader.commands.watch.state import State
from grader.course.exercises import Course, Exercise
from grader.model.report import ExerciseResult
from grader.parent.runner import Runner

LONG_REAL_SECONDS = 0.4
"""A verdict that takes longer is announced: each drawing takes processor from the grading."""


class Desk:
    """One session of `grader live`. Its loop's thread alone uses it, but for `stop`."""

    def __init__(self, course: Course, runner: Runner, on_trouble: Callable[[], None]) -> None:
        self.state = State(course)
        self.so_far: dict[str, ExerciseResult] = {}
        """Verdicts on a suite's own tests, while its circumstances run."""
        self.grading: set[str] = set()
        """What is being graded, and has been for long enough to say so."""
        self.trouble: BaseException | None = None
        self.ghosts = Ghosts(runner.isolation, self.tell)
        self.version = 0
        self.is_closing = False
        self._due: dict[str, asyncio.TimerHandle] = {}
        self._inbox = Inbox()
        self._gradings = Gradings(course.exercises, course.answers, runner, self._inbox)
        self._saves = Saves(course.exercises, course.answers, self._inbox)
        self._on_trouble = on_trouble
        self._bells: set[asyncio.Event] = set()

    @property
    def course(self) -> Course:
        return self.state.course

    def exercise(self, slug: str) -> Exercise | None:
        return next((each for each in self.course.exercises if each.slug == slug), None)

    def following(self, exercise: Exercise) -> Exercise | None:
        """The next one that is not passed."""
        return replace(self.state, current=exercise).following

    def start(self, first: Exercise | None) -> None:
        """Grade the first exercise, then all; from now on each save."""
        asyncio.get_running_loop().add_reader(self._inbox.fileno(), self._hear_all)
        self._saves.start()
        if first is not None:
            self._gradings.saved([first.slug])
        self._gradings.start()
        self._gradings.wanted(each.slug for each in self.course.exercises)

    def close(self) -> None:
        """End the streams of the open pages, and what is graded for them."""
        self.is_closing = True
        self.ghosts.close()
        self.tell()

    def stop(self) -> None:
        """End the threads, once the loop has ended."""
        self._saves.stop()
        self._gradings.stop()
        self.ghosts.discard()
        self._inbox.close()

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever something has changed. It counts nothing: who is slow
        finds only what is true now."""
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            yield bell
        finally:
            self._bells.discard(bell)

    def tell(self) -> None:
        """Wake every open page."""
        self.version += 1
        for bell in self._bells:
            bell.set()

    def _hear_all(self) -> None:
        for event in self._inbox.take():
            self._hear(event)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Saved):
            self._await(event.slugs)
            self._gradings.saved(event.slugs)
        elif isinstance(event, Graded):
            self._settle(event.result.id)
            self.state.take(event.result)
            self.tell()
        elif isinstance(event, OwnPassed):
            self._settle(event.result.id)
            self.so_far[event.result.id] = event.result
            self.tell()
        elif isinstance(event, Rewritten):
            self.state.course, taken = take_rewritten(
                self.course, event.slugs, self._gradings, self._note
            )
            self.ghosts.forget(taken)
            self.tell()
        elif isinstance(event, Added):
            self.state.course, _ = take_added(self.course, self._saves, self._gradings, self._note)
            self.tell()
        elif isinstance(event, Notice):
            self._note(event.text)
        elif isinstance(event, Trouble):
            self.trouble = event.error
            self._on_trouble()

    def _note(self, text: str) -> None:
        self.state.note = text
        self.tell()

    def _await(self, slugs: frozenset[str]) -> None:
        loop = asyncio.get_running_loop()
        for slug in slugs:
            self._settle(slug)
            self._due[slug] = loop.call_later(LONG_REAL_SECONDS, self._announce, slug)

    def _announce(self, slug: str) -> None:
        self._due.pop(slug, None)
        self.grading.add(slug)
        self.tell()

    def _settle(self, slug: str) -> None:
        """Nothing that was said of an earlier save holds any more."""
        if (timer := self._due.pop(slug, None)) is not None:
            timer.cancel()
        self.grading.discard(slug)
        self.so_far.pop(slug, None)
