"""The course's own answers before the judge: none that is right looks otherwise from outside."""

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course import exercises as course
from grader.course import folders
from grader.course.exercises import Exercise
from grader.parent import runner, session, verdict
from grader.parent.conversation import Order, Said
from grader.parent.runner import Runner

ROOT = folders.find_root(Path(__file__).parent)
PLAYED = [each for each in course.load(ROOT).exercises if any(t.is_played for t in each.tests)]
KINDS = {
    "def_or_async_def": "threads",
    "concurrency_or_parallelism": "pools of processes",
    "cancel_the_siblings": "exceptions of the answer's own, and cleaning up",
    "welcome_email": "work in the background",
    "pace_the_calls": "functions without an app",
    "one_client": "an upstream, and who its clients are",
    "close_the_stream": "bodies in pieces on both sides",
    "job_registry": "a stop that has a limit",
    "live_auction": "WebSockets",
    "request_timing": "lines of a log",
    "user_lookup": "a database behind a pool",
    "last_ticket": "transactions, and who waits for a lock",
    "flash_sale": "a database beside streams and functions",
}
"""Exercises that show each what no other does."""


class Judging(runner._Grading):
    """Has nothing graded: only the judge runs, and what it says is kept."""

    def __init__(self, orders: list[Order]) -> None:
        super().__init__(Runner(1), orders, None, None, None)
        self.heard: dict[str, Said] = {}

    def _begin(self, index: int, *, alone: bool = False) -> None:
        order = self.orders[index]
        assert order.job is not None
        tests = tuple(test.id for test in order.exercise.tests if test.is_played)
        said = Said(order, time.monotonic())
        self._start(index, replace(order.job, judged=tests), said, False, said)

    def _heed(self, run: runner.Run, graded: Said) -> None:
        self.heard[graded.order.shown] = run.said
        self._done(run.index, verdict.of(run.said))


def disagreements(answers: Iterable[tuple[Exercise, Path]]) -> list[str]:
    """A sentence for each test that has not passed for the judge."""
    orders = [
        session.order_of_course(exercise, path, str(path.relative_to(ROOT)))
        for exercise, path in answers
    ]
    judging = Judging(orders)
    judging.run()
    told = []
    for order in orders:
        said = judging.heard[order.shown]
        for test in order.exercise.tests:
            event = said.finished.get(test.id)
            if test.is_played and (event is None or event.outcome != "passed"):
                told.append(f"{order.shown}: {test.id}: {event}")
    return told


def test_the_judge_plays_most_of_the_course() -> None:
    """All but one suite, and of those all tests but four."""
    unplayed = {exercise.slug for exercise in course.load(ROOT).exercises} - {
        e.slug for e in PLAYED
    }
    assert unplayed == {"prove_it"}
    left = {
        test.id
        for exercise in PLAYED
        for test in exercise.tests
        if test.id.startswith("test_") and not test.is_played
    }
    assert left == {
        "test_real_processes_compute",
        "test_four_attempts_and_no_more",
        "test_who_leaves_is_not_tried_for",
        "test_each_request_has_a_session_of_its_own",
    }


@pytest.mark.timeout(300)
def test_solutions_of_each_kind_agree() -> None:
    """Threads, streams, WebSockets, upstreams, stops: from outside it is as it was inside."""
    chosen = [exercise for exercise in PLAYED if exercise.slug in KINDS]
    assert disagreements((exercise, exercise.solution) for exercise in chosen) == []


@pytest.mark.thorough
@pytest.mark.timeout(1200)
def test_every_right_answer_agrees() -> None:
    """The judge plays all of them, and sees no check fail."""
    answers = [
        (exercise, path)
        for exercise in PLAYED
        for path in [exercise.solution, *sorted((exercise.solution.parent / "right").glob("*.py"))]
    ]
    assert disagreements(answers) == []
