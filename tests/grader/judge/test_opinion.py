"""A judge outside: it agrees with what is right, catches what is forged, and else says nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import isolation, system
from grader.course import exercises as course
from grader.course import folders
from grader.model.report import ClockName, ExerciseResult, Isolation
from grader.parent import children, session
from grader.parent.runner import UNHEARD, Runner
from tests.grader.unaudited import unaudited

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
SOLUTION = CHECKOUT.solution.read_text()
HAS_SANDBOX = isolation.probe()[-1].available
in_sandbox = pytest.mark.skipif(not HAS_SANDBOX, reason="no bubblewrap that may start here")
LEVELS = ["process", pytest.param("sandbox", marks=in_sandbox)]
INSIDE = 'any("test_" in repr(task) for task in asyncio.all_tasks())'
"""Whether the suite's test runs in this process: an answer that asks this has something to hide."""

Judge = Callable[..., ExerciseResult]


@pytest.fixture(scope="module", autouse=True)
def _servers_end() -> Iterator[None]:
    with unaudited():
        yield
        children.stop()


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Grades checkout's solution, with these lines before its endpoint's body, with the judge."""

    def judge(
        lines: str = "",
        level: Isolation = "process",
        *,
        judged: bool = True,
        own: bool = False,
        clock: ClockName = "virtual",
    ) -> ExerciseResult:
        body = "".join(f"    {line}\n" for line in lines.splitlines())
        head, call, rest = SOLUTION.partition("    payment, email = await")
        path = tmp_path / "checkout.py"
        path.write_text(f"import os, signal, time\n{head}{body}{call}{rest}")
        order = session.order(CHECKOUT, path, "checkout.py", clock, own=own)
        assert order.job is not None
        order = replace(order, job=replace(order.job, guard_seconds=1.0))
        (result,) = Runner(1, 60.0, level, judged).run([order])
        return result

    return judge


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_right_keeps_its_verdict(judge: Judge, level: Isolation) -> None:
    """The judge agrees, and nothing tells that it was there."""
    result = judge(level=level)
    assert (result.status, result.points, result.flags) == ("passed", 7, [])


@pytest.mark.parametrize("level", LEVELS)
def test_what_only_looks_right_has_no_points(judge: Judge, level: Isolation) -> None:
    """Overlapping in its own process only: the verdict says what was seen, with its figures."""
    slow = f"if not {INSIDE}:\n    await process_payment(order.id + 1)"
    assert judge(slow, level, judged=False).points == 7
    result = judge(slow, level)
    assert (result.status, result.points) == ("refused", 0)
    (flag,) = result.flags
    assert "test_payment_and_email_overlap" in flag
    assert "expected 1.0 s, got 2.0 s" in flag
    assert flag in (result.problem or "")
    assert all(test.points == 0 for test in result.tests)


def test_what_passes_on_the_real_clock_is_judged_on_the_exact_one(judge: Judge) -> None:
    """A real run shows how long it takes; its points are for what the judge sees, too."""
    assert judge(clock="real").points == 7
    slow = f"if not {INSIDE}:\n    await process_payment(order.id + 1)"
    result = judge(slow, clock="real")
    assert (result.status, result.points) == ("refused", 0)
    assert "expected 1.0 s, got 2.0 s" in result.flags[0]


@pytest.mark.parametrize(
    "deed",
    [
        "os._exit(0)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os.kill(os.getppid(), signal.SIGKILL)",
        "os.closerange(3, 100)",
        "[os.write(n, b'[1]' * 9) for n in range(3, 20) if os.path.exists(f'/proc/self/fd/{n}')]",
    ],
)
def test_a_host_that_fails_at_process_costs_no_point(judge: Judge, deed: str) -> None:
    """There another answer may have ended the host, or the judge: the points stand, with a flag."""
    result = judge(f"if not {INSIDE}:\n    {deed}")
    assert (result.status, result.points, result.flags) == ("passed", 7, [UNHEARD])


@in_sandbox
@pytest.mark.parametrize(
    ("deed", "seen"),
    [
        ("os._exit(0)", "it has ended"),
        ("os.closerange(3, 100)", "it has ended"),
        ("os.read(os.pipe()[0], 1)", "says nothing"),
    ],
)
def test_a_host_that_breaks_off_in_the_sandbox_has_no_points(
    judge: Judge, deed: str, seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else can have ended it there; where the machine is busy, silence is no sign."""
    monkeypatch.setattr(system, "is_busy", lambda: False)
    result = judge(f"if not {INSIDE}:\n    {deed}", "sandbox")
    assert (result.status, result.points) == ("refused", 0)
    assert "its process breaks off" in result.flags[0]
    assert seen in result.flags[0]


@in_sandbox
def test_silence_on_a_busy_machine_is_no_sign(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for a processor may not have come to speak."""
    monkeypatch.setattr(system, "is_busy", lambda: True)
    result = judge(f"if not {INSIDE}:\n    os.read(os.pipe()[0], 1)", "sandbox")
    assert (result.status, result.points, result.flags) == ("passed", 7, [UNHEARD])


def test_an_app_that_starts_in_its_own_process_only(tmp_path: Path) -> None:
    """What the answer raises outside of a request counts as a check that does not hold."""
    path = tmp_path / "checkout.py"
    app = "app = FastAPI(lifespan=starts)"
    starts = (
        "import contextlib\n@contextlib.asynccontextmanager\nasync def starts(app):\n"
        f"    if not {INSIDE}:\n        raise RuntimeError('no start')\n    yield\n"
    )
    path.write_text(SOLUTION.replace("app = FastAPI()", starts + app))
    order = session.order(CHECKOUT, path, "checkout.py", "virtual")
    assert Runner(1).run([order])[0].status == "passed"
    (result,) = Runner(1, judged=True).run([order])
    assert (result.status, result.points) == ("refused", 0)
    assert "RuntimeError: no start" in result.flags[0]


@pytest.mark.parametrize("ends", ["os._exit(0)", "await asyncio.sleep(9)"])
def test_what_only_looks_right_in_part_has_no_points(judge: Judge, ends: str) -> None:
    """Who fails a test, or ends in one, is judged by those that have passed."""
    lines = (
        f"if not {INSIDE}:\n    await process_payment(order.id + 1)\n"
        f"elif 'ten_customers' in str(asyncio.all_tasks()):\n    {ends}"
    )
    assert 0 < judge(lines, judged=False).points < 7
    result = judge(lines)
    assert (result.status, result.points) == ("refused", 0)
    assert result.flags


def test_what_cannot_cross_is_told(judge: Judge) -> None:
    """A call with an argument that is no plain data is not judged: the points stay, with a flag."""
    result = judge(f"if not {INSIDE}:\n    await process_payment(object())")
    assert (result.status, result.points) == ("passed", 7)
    assert result.flags
    assert all("passes, and a judge outside cannot tell: Unplayable" in f for f in result.flags)


def test_what_is_judged(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has passed; of an own answer only once it is whole, and no suite that none can play."""
    jobs = []
    child = children.child

    def noted(job: object, *rest: object) -> object:
        jobs.append(job)
        return child(job, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(children, "child", noted)
    assert judge("await asyncio.sleep(1)", own=True).status == "failed"
    assert len(jobs) == 1
    late = judge("await asyncio.sleep(1)")
    assert jobs[-1].judged == tuple(t.id for t in late.tests if t.status == "passed")  # type: ignore[attr-defined]
    assert late.status == "failed"
    assert len(jobs) == 3
    assert judge(own=True).status == "passed"
    assert len(jobs) == 5
    assert jobs[-1].judged == tuple(test.id for test in CHECKOUT.tests)  # type: ignore[attr-defined]
    prove = course.read(ROOT, ROOT / "tests" / "exercises" / "36_prove_it")
    order = session.order(prove, prove.solution, prove.file, "virtual")
    assert Runner(1, judged=True).run([order])[0].status == "passed"
    assert len(jobs) == 6
