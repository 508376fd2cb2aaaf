"""Children that are spawned: by wish, and on a system that has no more than Windows has.

There is no Windows here. Its lack is played: tests/grader/windows/sitecustomize.py takes fork,
timers, groups, half of the signals and waiting for pipes away from the grader and its children.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from grader import system
from grader.course import exercises as course
from grader.course import folders
from grader.isolation import leftovers
from grader.model.errors import GraderError
from grader.parent import children, python, session, spawned
from grader.parent.runner import Runner
from grader.system import HAS_POSIX
from tests.grader.unaudited import unaudited

ROOT = folders.find_root(Path(__file__).parent)
WINDOWS = Path(__file__).parents[1] / "windows"
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
SOLUTION = CHECKOUT.solution.read_text(encoding="utf-8")
LEFT = "import time; time.sleep(3600)"
ENVIRONMENTS: dict[str, dict[str, str]] = {
    "spawn": {system.START: "spawn"},
    "windows": {
        "PYTHONPATH": str(WINDOWS),
        "PATH": os.pathsep.join([str(WINDOWS), os.environ["PATH"]]),
        # No UTF-8 by itself either: who reads a file has to say so.
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "LC_ALL": "C",
    }
    if HAS_POSIX
    else {},  # the real thing
}


def endpoint(body: str) -> str:
    """The solution with another body in its endpoint."""
    head = SOLUTION.partition("    payment, email = await")[0]
    return head + "".join(f"    {line}\n" for line in body.splitlines())


def answers(pid_file: Path) -> dict[str, str]:
    """Answers to checkout, by what is tried with them."""
    leave = f"process = subprocess.Popen([sys.executable, '-c', {LEFT!r}])\n"
    leave += f"open({str(pid_file)!r}, 'w').write(str(process.pid))\n"
    return {
        "right": SOLUTION,
        "stub": CHECKOUT.stub.read_text(encoding="utf-8"),
        "deadlock": endpoint("await asyncio.Event().wait()"),
        "busy": endpoint("while True:\n    pass"),
        "busy_thread": endpoint("await asyncio.to_thread(lambda: [1 for _ in iter(int, 1)])"),
        "endless_import": "while True:\n    pass\n",
        "dies": endpoint("import os\nos._exit(3)"),
        "deaf": endpoint("sum(iter(int, 1))"),  # it comes to no step of Python any more
        "leaves": "import subprocess, sys\n" + leave + SOLUTION,
    }


HOW = [pytest.param(how, marks=pytest.mark.thorough) for how in ("windows", "spawn")]


@pytest.fixture(scope="module", params=HOW)
def verdicts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What became of the answers; the runner's own guard takes eight seconds of real time."""
    pid_file = tmp_path_factory.mktemp("left") / "pid"
    done = subprocess.run(
        [sys.executable, "-m", "tests.grader.windows.grade"],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENTS[request.param]},
        input=json.dumps(answers(pid_file)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {**json.loads(done.stdout), "left": int(pid_file.read_text())}


@pytest.mark.parametrize(
    ("name", "status", "points", "diagnoses"),
    [
        ("right", "passed", 7, set()),
        ("stub", "not_started", 0, {"not-written"}),
        ("deadlock", "failed", 0, {"deadlock"}),
        ("busy", "failed", 0, {"busy-loop"}),
        ("busy_thread", "failed", 0, {"busy-loop"}),
        ("endless_import", "broken", 0, set()),
        ("dies", "crashed", 0, set()),
        ("leaves", "passed", 7, set()),
    ],
)
@pytest.mark.timeout(180)
def test_a_spawned_child_has_the_same_verdicts(
    verdicts: Any, name: str, status: str, points: int, diagnoses: set[str]
) -> None:
    """What a fork is told of an answer, a new Python is told too."""
    verdict = verdicts[name]
    assert (verdict["status"], verdict["points"], verdict["max_points"]) == (status, points, 7)
    failures = [test["failure"] for test in verdict["tests"] if test["failure"] is not None]
    assert {failure["diagnosis"] for failure in failures} == diagnoses


def test_what_hears_nothing_is_ended_from_outside(verdicts: Any) -> None:
    """An answer that comes to no step of Python any more runs into the runner's own guard."""
    assert (verdicts["deaf"]["status"], verdicts["deaf"]["points"]) == ("timed_out", 0)
    assert "still running after" in verdicts["deaf"]["problem"]


def test_problems_say_where(verdicts: Any) -> None:
    """The sentences of the verdicts without failures are those of a fork."""
    assert "stopped it at line 1." in verdicts["endless_import"]["problem"].replace("2", "1")
    assert "during test_" in verdicts["dies"]["problem"]
    assert "(exit code 3)" in verdicts["dies"]["problem"]
    failure = next(t["failure"] for t in verdicts["deadlock"]["tests"] if t["failure"])
    line = answers(Path())["deadlock"].splitlines().index("    await asyncio.Event().wait()") + 1
    assert (failure["file"], failure["line"]) == ("checkout.py", line)


@pytest.mark.skipif(not HAS_POSIX, reason="nothing tells whether a process still runs")
def test_nothing_of_an_answer_is_left(verdicts: Any) -> None:
    """A program that an answer started ends with its child."""
    assert not leftovers.exists(verdicts["left"])


def run(*words: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """The command `grader`, in a system like that."""
    inside = "from grader.parent import python; python.KEPT_VARIABLES += ('PYTHONPATH',); "
    inside += "from grader.__main__ import main; main()"
    return subprocess.run(
        [sys.executable, "-c", inside, *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.thorough
@pytest.mark.timeout(300)
@pytest.mark.parametrize("how", list(ENVIRONMENTS))
def test_the_whole_course_passes(how: str, tmp_path: Path) -> None:
    """Every solution scores full; the clock, the database and the pools need no POSIX."""
    for exercise in course.load(ROOT).exercises:
        path = tmp_path / exercise.folder / exercise.file
        path.parent.mkdir()
        path.write_bytes(exercise.solution.read_bytes())
    words = ("run", "--answers", str(tmp_path), "--format", "json")
    done = run(*words, environment=ENVIRONMENTS[how])
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert (report["points"], report["isolation"]) == (report["max_points"], "process")


def test_doctor_says_what_there_is_not() -> None:
    """No fork, no limits, no sandbox: each is a note, and everything works."""
    done = run("doctor", environment=ENVIRONMENTS["windows"])
    told = " ".join(done.stdout.split())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Each answer is graded by a new Python, which is slower than a fork." in told
    assert "no limits, for this system has none" in told
    assert "? sandbox" in told


def test_the_sandbox_cannot_be_had_there() -> None:
    """One sentence, exit code 2."""
    words = ("run", "checkout", "--isolation", "sandbox")
    done = run(*words, environment=ENVIRONMENTS["windows"])
    assert done.returncode == 2
    assert "The isolation 'sandbox' cannot be had here: bubblewrap is for Linux only." in (
        " ".join(done.stderr.split())
    )
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not HAS_POSIX, reason="a test cannot press Ctrl-C on Windows")
def test_watch_has_lines_there(tmp_path: Path) -> None:
    """Without the terminal's calls watch says so and prints a line per verdict."""
    inside = "import sys; sys.argv = ['grader', 'watch', 'checkout']; "
    inside += "sys.stdin.isatty = sys.stdout.isatty = lambda: True; "
    inside += "from grader.parent import python; python.KEPT_VARIABLES += ('PYTHONPATH',); "
    inside += "from grader.__main__ import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", inside],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENTS["windows"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "On this system watch has no keys" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert "Traceback" not in errors


# A guard of ten seconds is what Ctrl-C comes before.
@pytest.mark.skipif(not HAS_POSIX, reason="a test cannot press Ctrl-C on Windows")
def test_ctrl_c_leaves_no_child(tmp_path: Path) -> None:
    """The command ends at once, and the child that it had spawned as well."""
    answer = tmp_path / "06_checkout" / "checkout.py"
    answer.parent.mkdir()
    answer.write_text(endpoint("while True:\n    pass"), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "run", "checkout", "--answers", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENTS["spawn"]},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    listing = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    end = time.monotonic() + 60
    while not (children := listing.read_text().split()):
        assert time.monotonic() < end
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    # A KeyboardInterrupt that came to a text in `exec`, as dataclasses have, lets Python end by the
    # signal itself, whoever caught it; a shell calls both 130.
    assert process.wait(30) in (130, -signal.SIGINT)
    # One that Ctrl-C caught in its making finds nobody to read from, and ends when it is there.
    end = time.monotonic() + 8
    while any(leftovers.exists(int(pid)) for pid in children):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_child_that_cannot_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """A grader that is not whole is no verdict: one sentence with what Python said."""
    monkeypatch.setenv(system.START, "spawn")
    broken = python.command("entry", {}, "-Xutf8")
    broken[-2] = "import no_such_package_of_ours"
    monkeypatch.setattr(python, "command", lambda *_: broken)
    order = session.order(CHECKOUT, CHECKOUT.solution, "checkout.py", "virtual")
    with pytest.raises(GraderError, match="No module named 'no_such_package_of_ours'") as caught:
        Runner(1).run([order])
    assert "does not start" in caught.value.problem


def test_a_wish_for_spawn_leaves_the_sandbox_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox is around a warm server, whatever the variable says."""
    monkeypatch.setenv(system.START, "spawn")
    assert not children._spawns("sandbox")
    assert children._spawns("process")


REAP = """
import os, sys, time
from grader.child import server
sys.platform = "darwin"
pid = os.fork()
if not pid:
    os._exit(3)
while not (ended := server._end_one())[0]:
    time.sleep(0.01)
assert (ended[0], os.waitstatus_to_exitcode(ended[1])) == (pid, 3), ended
try:
    server._end_one()
except ChildProcessError:
    print("none left")
"""


@pytest.mark.skipif(not HAS_POSIX, reason="a server needs fork")
def test_a_server_on_macos_reaps_without_waitid() -> None:
    """Python 3.11 and 3.12 have no os.waitid there; how a child ended is known all the same."""
    reaped = subprocess.run(
        [sys.executable, "-c", f"import os\ndel os.waitid\n{REAP}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (reaped.stdout, reaped.stderr) == ("none left\n", "")


def test_one_waits_already(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that was made ready is the one that gets the next job, and only that."""
    monkeypatch.setenv(system.START, "spawn")
    order = session.order(CHECKOUT, CHECKOUT.solution, "checkout.py", "virtual")
    runner = Runner(1)
    try:
        spawned.get_ready()
        spawned.get_ready()
        (waiting,) = spawned._running
        assert runner.run([order])[0].status == "passed"
        assert waiting.ended
        assert not spawned._running
        spawned.get_ready()
        (waiting,) = spawned._running
        waiting.kill()
        waiting.wait(30)
        assert runner.run([order])[0].status == "passed"
    finally:
        children.stop()
    assert not spawned._running


def test_a_spawned_child_learns_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its environment is that of a warm server: nothing of ours but a few variables."""
    monkeypatch.setenv(system.START, "spawn")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    path = tmp_path / "checkout.py"
    path.write_text(f"import os\nassert 'GITHUB_TOKEN' not in os.environ\n{SOLUTION}")
    order = session.order(CHECKOUT, path, "checkout.py", "virtual")
    with unaudited():
        assert Runner(1).run([order])[0].status == "passed"
