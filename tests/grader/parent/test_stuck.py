"""Answers that no guard of their own reaches, and those that a busy machine kept waiting."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import system
from grader.course import exercises as course
from grader.course import folders
from grader.isolation import unix
from grader.model.endings import GUARD_SECONDS, Ending
from grader.model.events import Finished
from grader.model.evidence import Evidence
from grader.model.job import Job
from grader.model.report import Isolation
from grader.parent import children, session, verdict
from grader.parent.children import Child
from grader.parent.conversation import Order, Said
from grader.parent.forked import Forked
from grader.parent.runner import Runner
from grader.suite.guard import share
from tests.grader.unaudited import unaudited

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
SOLUTION = CHECKOUT.solution.read_text()
BLOCKED = """
    import select, signal
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
    select.select([], [], [], 600)
"""
Make = Callable[..., Order]


@pytest.fixture
def order(tmp_path: Path) -> Make:
    """An order for this text, not audited."""

    def order(text: str, guard_seconds: float = 1.0) -> Order:
        path = tmp_path / "checkout.py"
        path.write_text(text)
        made = session.order(CHECKOUT, path, "checkout.py", "virtual")
        assert made.job is not None
        return replace(made, job=replace(made.job, guard_seconds=guard_seconds))

    return order


@pytest.fixture(scope="module", autouse=True)
def _unaudited() -> Iterator[None]:
    with unaudited():
        yield


@pytest.fixture(autouse=True)
def _warm(order: Make) -> None:
    """The warm server is there: its start is no part of what is measured."""
    assert Runner(1).run([order(SOLUTION)])[0].status == "passed"


start_child = children.child
# A tenth of a second, so that a child is still there when it is to be stopped.
COMPUTES = "sum(range(5_000_000))\n"


class Stopping:
    """Stops the first children the moment they are there, as a busy machine might."""

    stops = 1

    def __init__(self) -> None:
        self.stopped: set[int] = set()

    def child(self, job: Job, suites: Iterable[Path], isolation: Isolation) -> Child:
        child = start_child(job, suites, isolation)
        if self.stops:
            self.stops -= 1
            assert isinstance(child, Forked)
            while child.pid is None:
                child.wait(0.001)
            os.kill(child.pid, signal.SIGSTOP)
            self.stopped.add(child.number)
        return child


@pytest.fixture
def stopping(_warm: None, monkeypatch: pytest.MonkeyPatch) -> Stopping:
    stopping = Stopping()
    # A stopped process asks for no processor; one that a busy machine keeps waiting does.
    wanted = property(lambda child: child.number in stopping.stopped, lambda child, value: None)
    monkeypatch.setattr(Forked, "wanted", wanted)
    monkeypatch.setattr(children, "child", stopping.child)
    return stopping


def test_a_test_that_nothing_reaches_leaves_the_others_their_points(order: Make) -> None:
    """It waits with every signal blocked: it gets its share of the time, then the next ones run."""
    head, call, rest = SOLUTION.partition("    payment, email = await")
    tried = "".join(f"    {line}\n" for line in (call + rest).split("\n    return")[0].splitlines())
    text = f"{head}    try:\n{tried}    except Exception:\n{BLOCKED.replace('    ', '        ')}\n"
    text += "    return {'payment': payment, 'email': email}\n"
    result = Runner(1, 12.0).run([order(text)])[0]
    assert (result.status, result.points) == ("failed", 6)
    assert [test.status for test in result.tests].count("failed") == 1
    (failure,) = [test.failure for test in result.tests if test.failure is not None]
    assert failure.diagnosis == "blocked-loop"


@pytest.mark.thorough
def test_an_exercise_keeps_within_its_guard(order: Make) -> None:
    """Every test yields for ever, and would have ten processor seconds: all get their verdict."""
    head = SOLUTION.partition("    payment, email = await")[0]
    text = f"{head}    import asyncio\n    while True:\n        await asyncio.sleep(0)\n"
    began = time.monotonic()
    result = Runner(1, 20.0).run([order(text, GUARD_SECONDS)])[0]
    assert time.monotonic() - began < 25
    assert result.status == "failed"
    assert {test.failure and test.failure.diagnosis for test in result.tests} == {"busy-loop"}


def test_a_starved_child_is_tried_once_more(order: Make, stopping: Stopping) -> None:
    """Nothing is left of the first time: the verdict is that of the answer."""
    result = Runner(1, 12.0).run([order(COMPUTES + SOLUTION)])[0]
    assert (result.status, result.points, result.problem) == ("passed", 7, None)


def test_a_child_that_is_starved_twice_is_told_so(order: Make, stopping: Stopping) -> None:
    """There is no third time."""
    stopping.stops = 3
    result = Runner(1, 4.0).run([order(COMPUTES + SOLUTION)])[0]
    assert stopping.stops == 1
    assert result.status == "timed_out"
    assert "this machine is so busy that the answer hardly ran" in (result.problem or "")


def test_what_a_starved_child_saw_blames_nobody() -> None:
    """A guard of real time may have broken in anywhere: its failures are told without a reason."""
    first, second, *_ = CHECKOUT.tests
    said = Said(Order(CHECKOUT, "checkout.py", None), time.monotonic(), ending=Ending.STARVED)
    said.finished = {
        first.id: Finished(test=first.id, outcome="passed"),
        second.id: Finished(test=second.id, outcome="failed", evidence=Evidence()),
    }
    tests = verdict.of(said).tests[:2]
    assert [test.status for test in tests] == ["passed", "skipped"]
    assert [test.failure for test in tests] == [None, None]


def test_who_waits_is_not_starved(order: Make) -> None:
    """It is stuck, however busy the machine is, and one time is enough."""
    blocked = f"{BLOCKED.replace('    ', '')}"
    result = Runner(1, 4.0).run([order(f"{blocked}\n{SOLUTION}")])[0]
    assert result.status == "timed_out"
    assert "still running after" in (result.problem or "")


@pytest.mark.parametrize("load", [0.0, 1000.0])
def test_a_busy_machine_has_more_to_do_than_it_can(
    monkeypatch: pytest.MonkeyPatch, load: float
) -> None:
    """Where a guard inside ended a test that had hardly run, this is what tells."""
    monkeypatch.setattr("os.getloadavg", lambda: (load, load, load))
    assert system.is_busy() is (load > 0)


def test_who_computes_is_not_starved() -> None:
    """What counts is the processor's time beside the real one."""
    assert system.hardly_ran(0.5, 20)
    assert not system.hardly_ran(5, 20)
    assert not system.hardly_ran(None, 20)
    seconds, wants_more = unix.computed(os.getpid())
    assert seconds > 0
    assert wants_more


@pytest.mark.parametrize("tired", [False, True])
@pytest.mark.parametrize("tests", [1, 2, 7, 30])
def test_shares_leave_something_for_the_last(tests: int, tired: bool) -> None:
    """However many tests take all that they may, the sum is less than what there is."""
    left = 120.0
    for number in range(tests):
        part = share(left, tests - number, tired=tired or number > 0)
        assert part > 0
        left -= part * 1.25  # and a quarter of it for cleaning up
    assert left > 0


def test_a_child_that_fails_before_it_has_told_all_is_tried_once_more(
    order: Make, tmp_path: Path
) -> None:
    """It closes what its events go through: once, and all is well; twice, and it has crashed."""
    text = """
import os
from pathlib import Path

if {once}:
    Path({mark!r}).touch()
    os.closerange(3, 200)
"""
    mark = tmp_path / "mark"
    once = text.format(once=f"not os.path.exists({str(mark)!r})", mark=str(mark))
    [result] = Runner(1).run([order(f"{once}\n{SOLUTION}")])
    assert mark.exists()
    assert result.status == "passed"
    [result] = Runner(1).run([order(f"{text.format(once=True, mark=str(mark))}\n{SOLUTION}")])
    assert result.status == "crashed"
    assert "exit code 70" in (result.problem or "")
