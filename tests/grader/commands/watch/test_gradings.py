"""The newest content wins: what is graded when, without a terminal."""

import os
import select
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from grader.commands.watch.gradings import Gradings
from grader.commands.watch.inbox import AllGraded, Bell, Event, Graded, Inbox, OwnPassed, Trouble
from grader.course import circumstances
from grader.course import exercises as course
from grader.course.exercises import Course
from grader.model.job import Job
from grader.model.report import ExerciseResult, Isolation
from grader.parent import children, session
from grader.parent.children import Child
from grader.parent.conversation import Order
from grader.parent.runner import GivenUp, Runner
from tests.grader.commands.watch.screens import copy_course, solve

CHECKOUT = "06_checkout"


@pytest.fixture
def found(tmp_path: Path) -> Course:
    return course.load(copy_course(tmp_path / "course", "01_await_the_quote", CHECKOUT))


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox()
    yield inbox
    inbox.close()


class SlowRunner(Runner):
    """Instead of children, a wait until somebody lets it go on or gives it up."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[list[bytes | None]] = []
        self.may_end = False

    def run(
        self,
        orders: list[Order],
        on_result: Callable[[int, ExerciseResult], None] | None = None,
        given_up: int | None = None,
        on_own: Callable[[ExerciseResult], None] | None = None,
    ) -> list[ExerciseResult]:
        assert on_result is not None
        assert given_up is not None
        self.seen.append([order.job.data if order.job else None for order in orders])
        while not self.may_end:
            if select_one(given_up):
                raise GivenUp
        results = [_result(order) for order in orders]
        for index, result in enumerate(results):
            on_result(index, result)
        return results


def select_one(fd: int) -> bool:
    return bool(select.select([fd], [], [], 0.01)[0])


def _result(order: Order) -> ExerciseResult:
    exercise = order.exercise
    return ExerciseResult(
        id=exercise.slug,
        number=exercise.number,
        title="",
        level="beginner",
        status=order.status if order.job is None else "passed",
        points=0,
        max_points=0,
        real_seconds=0,
    )


@pytest.fixture
def runner() -> SlowRunner:
    return SlowRunner()


@pytest.fixture
def gradings(found: Course, inbox: Inbox, runner: SlowRunner) -> Iterator[Gradings]:
    thread = Gradings(found.exercises, found.root / "exercises", runner, inbox)
    thread.start()
    yield thread
    thread.stop()


def until(inbox: Inbox, wanted: type) -> list[Event]:
    """Everything that comes until an event of that sort; real time, bounded by 20 s."""
    events: list[Event] = []
    end = time.monotonic() + 20
    while not any(isinstance(event, wanted) for event in events):
        assert time.monotonic() < end, events
        events += inbox.take()
        time.sleep(0.005)
    return events


def until_seen(runner: SlowRunner, number: int) -> None:
    end = time.monotonic() + 20
    while len(runner.seen) < number:
        assert time.monotonic() < end
        time.sleep(0.005)


def answer(found: Course) -> Path:
    return found.root / "exercises" / CHECKOUT / "checkout.py"


def test_the_newest_content_wins(
    found: Course, gradings: Gradings, runner: SlowRunner, inbox: Inbox
) -> None:
    """Of three saves in a row only the last one's verdict is told."""
    for number in range(3):
        answer(found).write_text(f"a = {number}\n", encoding="utf-8")
        gradings.saved(["checkout"])
        until_seen(runner, number + 1)
    runner.may_end = True
    events = until(inbox, AllGraded)
    assert runner.seen == [[b"a = 0\n"], [b"a = 1\n"], [b"a = 2\n"]]
    assert sum(isinstance(event, Graded) for event in events) == 1


def test_what_was_given_up_comes_afterwards(
    found: Course, gradings: Gradings, runner: SlowRunner, inbox: Inbox
) -> None:
    """A save goes before the grading of everything, which then goes on."""
    gradings.wanted(exercise.slug for exercise in found.exercises)
    until_seen(runner, 1)
    gradings.saved(["checkout"])
    until_seen(runner, 2)
    runner.may_end = True
    until(inbox, AllGraded)
    assert [len(orders) for orders in runner.seen] == [2, 1, 1]


def test_an_empty_file_may_be_half_written(
    found: Course, gradings: Gradings, runner: SlowRunner, inbox: Inbox
) -> None:
    """Content that comes while an empty file is judged takes its place."""
    runner.may_end = True
    answer(found).write_text("", encoding="utf-8")
    gradings.saved(["checkout"])
    until_seen(runner, 1)
    answer(found).write_text("a = 1\n", encoding="utf-8")
    gradings.saved(["checkout"])
    events = until(inbox, AllGraded)
    assert [event.result.status for event in events if isinstance(event, Graded)] == ["passed"]


@pytest.mark.usefixtures("examined")
def test_own_tests_are_told_before_the_circumstances(tmp_path: Path, inbox: Inbox) -> None:
    """Of an answer that passes them, before its verdict; of another, only the verdict."""
    root = copy_course(tmp_path, CHECKOUT)
    exercise = course.load(root).exercises[0]
    thread = Gradings([exercise], root / "exercises", Runner(), inbox)
    thread.start()
    try:
        thread.wanted([exercise.slug])
        stub = until(inbox, AllGraded)
        solve(root, exercise.folder)
        thread.wanted([exercise.slug])
        own, graded, _ = until(inbox, AllGraded)
    finally:
        thread.stop()
    assert not any(isinstance(event, OwnPassed) for event in stub)
    assert isinstance(own, OwnPassed)
    assert isinstance(graded, Graded)
    passed = [test.max_points for test in own.result.tests if test.status == "passed"]
    assert own.result.points == sum(passed) < graded.result.points == graded.result.max_points
    assert {t.id for t in own.result.tests if t.status == "skipped"} <= set(circumstances.IDS)


def test_trouble_reaches_the_main_thread(found: Course, inbox: Inbox) -> None:
    """A thread never dies unheard."""

    class Broken(Runner):
        def run(self, *_: object) -> list[ExerciseResult]:
            raise OSError("no more processes")

    thread = Gradings(found.exercises, found.root / "exercises", Broken(), inbox)
    thread.start()
    thread.saved(["checkout"])
    events = until(inbox, Trouble)
    thread.stop()
    assert [str(event.error) for event in events if isinstance(event, Trouble)] == [
        "no more processes"
    ]


def test_a_runner_that_is_given_up_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its children are gone, and so are their folders, however busy they are."""
    root = copy_course(tmp_path / "course", CHECKOUT)
    found = course.load(root)
    path = root / "exercises" / CHECKOUT / "checkout.py"
    path.write_text("open('began', 'w')\nwhile True:\n    pass\n")
    bell = Bell()

    started: list[tuple[Child, Path]] = []
    start_child = children.child

    def impatient(job: Job, suites: Iterable[Path], isolation: Isolation) -> Child:
        started.append((start_child(job, suites, isolation), Path(job.home)))
        end = time.monotonic() + 60
        while not Path(job.home, "answer", "began").exists():
            assert time.monotonic() < end
            time.sleep(0.01)
        bell.ring()
        return started[0][0]

    monkeypatch.setattr(children, "child", impatient)
    order = session.order(found.exercises[0], path, "checkout.py", "virtual")
    with pytest.raises(GivenUp):
        Runner().run([order], given_up=bell.fileno())
    ((child, home),) = started
    assert not home.exists()
    assert not child.alive()
    bell.close()


def test_a_changed_suite_is_collected_once(
    found: Course, inbox: Inbox, runner: SlowRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the verdict on an author's change, all suites are collected for those to come."""
    collected: list[list[Path]] = []
    monkeypatch.setattr(children, "renew", lambda suites, isolation: collected.append(suites))
    runner.may_end = True
    thread = Gradings(found.exercises, found.root / "exercises", runner, inbox)
    thread.start()
    for change in (False, True, False):
        if change:
            thread.know(found.exercises[1])
        thread.saved(["checkout"])
        until(inbox, AllGraded)
    thread.stop()
    assert len(runner.seen) == 3
    assert collected == [[exercise.suite for exercise in found.exercises]]


def test_a_new_server_takes_the_place_of_the_old(found: Course) -> None:
    """It is another process, and what it grades counts."""
    solve(found.root, CHECKOUT)
    runner = Runner()
    path = found.root / "exercises" / CHECKOUT / "checkout.py"
    order = session.order(found.exercises[1], path, "checkout.py", "virtual")
    runner.run([order])
    before = processes()
    children.renew([exercise.suite for exercise in found.exercises], runner.isolation)
    assert processes() != before
    assert len(processes()) == len(before)
    assert [result.status for result in runner.run([order])] == ["passed"]


@pytest.mark.timeout(240)
def test_many_saves_leak_nothing(tmp_path: Path) -> None:
    """After some saves to get warm, no more processes, descriptors or folders."""
    root = copy_course(tmp_path / "course", CHECKOUT)
    solve(root, CHECKOUT)
    found = course.load(root)
    inbox = Inbox()
    thread = Gradings(found.exercises, root / "exercises", Runner(), inbox)
    thread.start()
    counts = []
    for _ in range(12):
        thread.saved(["checkout"])
        until(inbox, AllGraded)
        counts.append((len(os.listdir("/proc/self/fd")), len(processes())))
    thread.stop()
    inbox.close()
    assert len(set(counts[2:])) == 1, counts


def processes() -> list[str]:
    pid = os.getpid()
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
