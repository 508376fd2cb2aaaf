"""The same class on a Dask cluster: the same bytes, also when a worker ends midway."""

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from grader.commands.classes import cluster, folder, grading
from grader.commands.classes.cluster import Errand
from grader.commands.classes.grading import Request
from grader.course import exercises as course
from grader.model.class_report import ClassReport
from grader.model.errors import GraderError
from grader.parent import session
from tests.grader.commands.classes.conftest import (
    CHECKOUT,
    PLACE,
    RIGHT,
    ROOT,
    WRONG,
    Put,
    contents,
)

COURSE = course.load(ROOT)
pytestmark = pytest.mark.timeout(900)  # workers are processes of their own, on a busy machine


def grade(
    submissions: Path, to: Path, engine: str | None, heard: Callable[[int], object] = id
) -> ClassReport:
    request = Request(submissions, (CHECKOUT,), "process", jobs=2, engine=engine)
    store = folder.open_folder(to, ROOT, [submissions])
    report = grading.grade(COURSE, request, store, lambda done, *_: heard(done))
    report = folder.with_feedback(report)
    folder.write(report, to, store, {})
    return report


@pytest.fixture
def many(put: Put) -> None:
    """Eight different answers of eight learners."""
    for number in range(8):
        put(f"l{number}/exercises/{PLACE}", (RIGHT, WRONG)[number % 2] + b"# %d\n" % number)


@pytest.fixture(scope="module")
def two() -> Iterator[Any]:
    """A cluster with two real workers on loopback, as a teacher would start one."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as found:
        found.wait_for_workers(2)
        yield found


@pytest.mark.thorough
@pytest.mark.usefixtures("many")
def test_a_worker_that_ends_midway(submissions: Path, tmp_path: Path, two: Any) -> None:
    """Its answers are graded by the other one, and what is written is what one machine writes."""
    grade(submissions, tmp_path / "here", None)
    pids = [worker.pid for worker in two.workers.values()]
    ended: list[int] = []

    def heard(done: int) -> None:
        if done == 2 and not ended:
            ended.append(pids[0])
            os.kill(pids[0], signal.SIGKILL)

    report = grade(submissions, tmp_path / "there", f"dask:{two.scheduler_address}", heard)
    assert ended
    assert report.is_whole
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


@pytest.mark.thorough
@pytest.mark.usefixtures("many")
def test_a_cluster_of_ones_own(submissions: Path, tmp_path: Path) -> None:
    """Without an address it is made, listens on loopback only, and ends with the command."""
    grade(submissions, tmp_path / "here", None)
    grade(submissions, tmp_path / "there", "dask")
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


@pytest.mark.parametrize("engine", ["ray", "dask:", "Dask", ""])
def test_no_engine(engine: str) -> None:
    """What is none is named, before anything is graded."""
    with pytest.raises(GraderError, match=f"--engine is '{engine}', which is none"):
        cluster.address_of(engine)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "tcp://127.0.0.1:1", "what://ever", "tls://a"])
def test_no_cluster_there(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """One sentence says so, with the address."""
    monkeypatch.setattr(cluster, "CONNECT_REAL_SECONDS", 0.5)
    errand = Errand("1", ROOT, (), "process")
    with pytest.raises(GraderError, match=f"No Dask cluster can be reached at {address}: "):
        cluster.grade({}, errand, address, None, lambda *_: None)


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(GraderError, match=r'pip install "awaitlings\[cluster\]"'):
        cluster.grade({}, Errand("1", ROOT, (), "process"), "", None, lambda *_: None)


def test_a_worker_that_is_not_alike() -> None:
    """It grades nothing: its verdict would be another one. The refusal comes back whole."""
    order = session.order_of(CHECKOUT, RIGHT, "checkout.py", "virtual")
    errand = Errand("1", ROOT, (CHECKOUT.suite,), "process")
    with pytest.raises(GraderError, match="A worker has another course, grader") as raised:
        cluster.work(errand, "0" * 64, order)
    again = pickle.loads(pickle.dumps(raised.value))
    assert (again.problem, again.remedy) == (raised.value.problem, raised.value.remedy)
