"""The exercise's own sequential, blocking and threaded programs, each graded once."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from grader.commands.watch.inbox import Bell
from grader.course import ghosts
from grader.course.exercises import Exercise
from grader.model.report import ExerciseResult, Isolation
from grader.parent import session
from grader.parent.conversation import Order
from grader.parent.runner import GivenUp, Runner


def orders(exercise: Exercise, *, keep_spans: bool = False) -> dict[str, Order]:
    """By kind, what is needed to run the exercise's programs."""
    return {
        kind: session.order_of_course(exercise, path, f"{kind}.py", keep_spans=keep_spans)
        for kind, path in ghosts.of(exercise).items()
    }


class Ghosts:
    """Verdicts by exercise and kind; `tell` is called when new ones are there."""

    def __init__(self, isolation: Isolation, tell: Callable[[], None]) -> None:
        self._runner = Runner(jobs=1, isolation=isolation)
        self._tell = tell
        self._bell = Bell()
        self._known: dict[str, dict[str, ExerciseResult]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def of(self, exercise: Exercise) -> dict[str, ExerciseResult]:
        """What is known; the rest is graded now."""
        slug = exercise.slug
        if slug not in self._tasks:
            self._tasks[slug] = asyncio.create_task(self._grade(exercise))
        known = self._known.get(slug, {})
        return {kind: known[kind] for kind in ghosts.KINDS if kind in known}

    def close(self) -> None:
        """Give up what is being graded."""
        self._bell.ring()

    def discard(self) -> None:
        """Close what it holds open."""
        self._bell.close()

    def forget(self, exercises: Iterable[Exercise]) -> None:
        """Their suites have changed."""
        for exercise in exercises:
            self._known.pop(exercise.slug, None)
            self._tasks.pop(exercise.slug, None)

    async def _grade(self, exercise: Exercise) -> None:
        loop = asyncio.get_running_loop()
        wanted = await asyncio.to_thread(orders, exercise, keep_spans=True)

        def hear(result: ExerciseResult) -> None:
            loop.call_soon_threadsafe(self._take, exercise.slug, result)

        def run() -> None:
            # Its own tests are all that is drawn of one, so they are told before circumstances.
            with suppress(GivenUp):
                self._runner.run(
                    list(wanted.values()),
                    lambda _index, result: hear(result),
                    self._bell.fileno(),
                    hear,
                )

        await asyncio.to_thread(run)

    def _take(self, slug: str, result: ExerciseResult) -> None:
        self._known.setdefault(slug, {})[Path(result.file).stem] = result
        self._tell()
