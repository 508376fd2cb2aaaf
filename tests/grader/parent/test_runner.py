"""Children and verdicts: what dies, hangs or talks nonsense is its own exercise's verdict."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course import exercises as course
from grader.course import folders
from grader.diagnosis import ASK_THE_AUTHOR
from grader.model.report import ExerciseResult
from grader.parent import session
from grader.parent.forked import Server
from grader.parent.runner import Runner
from grader.reports import reasons
from grader.system import HAS_POSIX
from tests.grader.unaudited import unaudited

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
SOLUTION = CHECKOUT.solution.read_text()

Grade = Callable[..., ExerciseResult]


@pytest.fixture(scope="module")
def runner() -> Runner:
    return Runner(jobs=2)


@pytest.fixture
def grade(tmp_path: Path, runner: Runner) -> Grade:
    """Grades a text as the answer to checkout; guards of one second of computing."""

    def grade(text: str | bytes, *, clock: str = "virtual", guard: float = 1.0) -> ExerciseResult:
        path = tmp_path / "checkout.py"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        order = session.order(CHECKOUT, path, "checkout.py", "virtual")
        if order.job is not None:
            order = replace(order, job=replace(order.job, guard_seconds=guard, clock=clock))
        with unaudited():
            return runner.run([order])[0]

    return grade


def endpoint(body: str) -> str:
    """The solution with another body in its endpoint."""
    head = SOLUTION.partition("    payment, email = await")[0]
    return head + "".join(f"    {line}\n" for line in body.splitlines())


def diagnoses(result: ExerciseResult) -> set[str]:
    return {test.failure.diagnosis for test in result.tests if test.failure is not None}


def test_the_solution_passes(grade: Grade) -> None:
    """A right answer gets every point and no problem."""
    result = grade(SOLUTION)
    assert (result.status, result.points, result.problem) == ("passed", 7, None)


def test_a_suite_that_changes_is_read_again(tmp_path: Path, runner: Runner) -> None:
    """A warm server grades by the suite as it lies there now, not as it was collected."""
    suite = tmp_path / "tests/exercises/06_checkout"
    shutil.copytree(CHECKOUT.suite.parent, suite)
    shutil.copy(CHECKOUT.suite.parent.parent / "pytest.ini", suite.parent)
    exercise = course.read(tmp_path, suite)
    order = session.order(exercise, CHECKOUT.solution, "checkout.py", "virtual")
    assert runner.run([order])[0].status == "passed"
    text = exercise.suite.read_text()
    exercise.suite.write_text(text.replace("takes(1.0", "takes(3.0"))
    assert diagnoses(runner.run([order])[0]) == {"too-early"}


@pytest.mark.parametrize("wrong", ["expect(False, 'peak', '4', '5')", "status(respons, 200)"])
def test_a_fault_of_the_suite_is_its_authors(tmp_path: Path, runner: Runner, wrong: str) -> None:
    """A right answer on a suite that misuses a check, or misspells a name, is not to blame."""
    suite = tmp_path / "tests/exercises/06_checkout"
    shutil.copytree(CHECKOUT.suite.parent, suite)
    shutil.copy(CHECKOUT.suite.parent.parent / "pytest.ini", suite.parent)
    exercise = course.read(tmp_path, suite)
    text = exercise.suite.read_text().replace("status(response, 200)", wrong, 1)
    exercise.suite.write_text(f"from grader.suite import expect\n{text}")
    order = session.order(exercise, CHECKOUT.solution, "checkout.py", "virtual")
    failed = [test.failure for test in runner.run([order])[0].tests if test.failure is not None]
    assert [(failure.diagnosis, failure.next) for failure in failed] == [
        ("unexpected-error", ASK_THE_AUTHOR)
    ]


def test_the_stub_is_not_started(grade: Grade) -> None:
    """An untouched stub scores 0 and says which function is still to write."""
    result = grade(CHECKOUT.stub.read_text())
    assert (result.status, result.points, result.max_points) == ("not_started", 0, 7)
    assert result.problem == "not started: checkout() still raises NotImplementedError"


def test_a_stubs_raise_above_the_answer_is_told(grade: Grade) -> None:
    """What stands below it never runs, and the sentence says so."""
    text = f"{CHECKOUT.stub.read_text().rstrip()}\n    return {{}}\n"
    line = len(text.splitlines()) - 1
    result = grade(text)
    assert result.status == "not_started"
    assert f"at line {line}, so what you wrote below it" in (result.problem or "")


def test_messages_name_the_learners_line(grade: Grade) -> None:
    """A failure's line is that of the learner's own file, under the path that was handed in."""
    text = endpoint("return await process_payment(order.idd)")
    failed = next(t.failure for t in grade(text).tests if t.failure is not None)
    assert (failed.diagnosis, failed.file) == ("server-error", "checkout.py")
    assert failed.line == text.splitlines().index("    return await process_payment(order.idd)") + 1


@pytest.mark.parametrize(
    ("text", "sentence", "line"),
    [
        ("def f(:\n    pass\n", "checkout.py: line 1: SyntaxError: ", 1),
        ("def f():\n    await g()\n", "Write `async def` in its first line.\n    await g()\n", 2),
        ("await g()\n", "Move that line into an `async def`.\n    await g()\n", 1),
        ("x = 1\n<<<<<<< HEAD\n", "checkout.py: unresolved git merge markers at line 2", 2),
        ("import requestz\n", "checkout.py: No module named 'requestz' (line 1).", 1),
        ("\nimport sys\nsys.exit()\n", "the file ends the program (SystemExit) at line 3.", 3),
        ("import asyncio\nasyncio.run(main())\n", "NameError", 2),
        ("\nraise ValueError('line 7 of a table')\n", "line 7 of a table at line 2.", 2),
        (
            "name = input()\n",
            "importing the file calls input() at line 1: nobody can answer it here.",
            1,
        ),
        ("1 / 0\n", "importing the file raises ZeroDivisionError: division by zero at line 1.", 1),
        (
            "import uvicorn\nuvicorn.run(None)\n",
            'calls uvicorn.run(...) at line 2: put it under `if __name__ == "__main__":`.',
            2,
        ),
        (
            "import threading\nthreading.Event().wait()\n",
            "waits for something that never comes at line 2",
            2,
        ),
        (
            "while True: pass\n",
            "importing the file did not end: the grader stopped it at line 1.",
            1,
        ),
    ],
)
def test_a_file_that_cannot_be_loaded_is_broken(
    grade: Grade, text: str, sentence: str, line: int
) -> None:
    """The problem says what is wrong and at which line; no test counts."""
    result = grade(text)
    assert result.status == "broken"
    assert result.points == 0
    assert result.max_points == 7
    assert sentence in (result.problem or "")
    assert reasons.line(result) == line


@pytest.mark.parametrize(
    ("start", "diagnosis"),
    [
        ("await asyncio.Event().wait()", "blocked-startup"),
        ("while True: pass", "busy-loop"),
        ("raise OSError('no table')", "server-error"),
    ],
)
def test_each_test_says_why_the_app_does_not_start(
    grade: Grade, start: str, diagnosis: str
) -> None:
    """A lifespan that never starts is the cause in every test, and not in the first one alone."""
    lifespan = f"async def lifespan(app):\n    {start}\n    yield\n"
    head, made, rest = SOLUTION.partition("app = FastAPI(")
    result = grade(f"{head}{lifespan}{made}lifespan=lifespan{rest}", guard=0.3)
    failed = [test.failure for test in result.tests if test.failure is not None]
    assert {(f.expected, f.diagnosis) for f in failed} == {("the app to start", diagnosis)}
    assert len(failed) == len(result.tests)


@pytest.mark.parametrize(
    ("data", "sentence", "line"),
    [
        (b"", "checkout.py is empty", None),
        ("\nx = 'é'".encode("latin-1"), "checkout.py is not UTF-8 (line 2)", 2),
        ("x = 1".encode("utf-16"), "NUL bytes", None),
        (b"#" * 300_000, "checkout.py has 292 kB", None),
    ],
)
def test_bytes_that_are_no_python_file(
    grade: Grade, data: bytes, sentence: str, line: int | None
) -> None:
    """What cannot be read as a Python file is broken, with its own sentence."""
    result = grade(data)
    assert (result.status, result.points) == ("broken", 0)
    assert sentence in (result.problem or "")
    assert reasons.line(result) == line


def test_a_bom_and_a_cookie_are_fine(grade: Grade) -> None:
    """A byte order mark, CRLF line ends and a coding cookie change nothing."""
    assert grade(b"\xef\xbb\xbf" + SOLUTION.replace("\n", "\r\n").encode()).status == "passed"
    text = "# coding: cp1251\n" + SOLUTION + "\nname = 'Привет'\n"
    assert grade(text.encode("cp1251")).status == "passed"


def test_a_child_that_dies(grade: Grade) -> None:
    """A process that ends in the middle is `crashed`; tests that passed before keep points."""
    result = grade(endpoint("import os\nos._exit(3)"))
    assert result.status == "crashed"
    assert "its process ended too early during test_payment_and_email_overlap" in result.problem  # type: ignore[operator]
    assert result.points == 0


def test_points_earned_before_a_crash_count(grade: Grade) -> None:
    """Only what did not finish is lost."""
    text = SOLUTION.replace("class Order", "seen = []\n\n\nclass Order").replace(
        "    payment, email = await",
        "    import os, pathlib\n"
        "    mark = pathlib.Path(os.getcwd()).parent / 'count'\n"
        "    mark.write_text(mark.read_text() + 'x' if mark.exists() else 'x')\n"
        "    if len(mark.read_text()) == 3:\n        os.kill(os.getpid(), 9)\n"
        "    payment, email = await",
    )
    result = grade(text)
    assert (result.status, result.points) == ("crashed", 3)
    assert ("SIGKILL" if HAS_POSIX else "exit code 9") in (result.problem or "")


def test_what_a_failed_test_printed_is_told(grade: Grade) -> None:
    """Both streams and logging, each test its own, each line with its moment."""
    lines = """\
import logging
import sys
print("id", order.id)
sys.stdout.buffer.write(b"raw \\xff\\n")
print('{"event": "end"}', file=sys.stderr)
logging.getLogger("shop").warning("careful")
return {"payment": "paid", "email": "sent"} if len(sys.argv) > 99 else {}"""
    result = grade(endpoint(lines))
    first, *_ = said = [test.printed for test in result.tests if test.status == "failed"]
    expected = ["raw \ufffd", '{"event": "end"}', "careful"]
    assert first.splitlines()[1:] == [f"0.0 s | {line}" for line in expected]
    assert len({text.splitlines()[0] for text in said}) > 1
    assert result.status == "failed"


def test_a_file_that_cannot_be_loaded_tells_what_it_printed(grade: Grade) -> None:
    """The prints of an import that fails are its author's only trace."""
    result = grade("print('loading', flush=True)\nraise ValueError('no')\n")
    assert (result.status, result.printed) == ("broken", "0.0 s | loading\n")


def test_prints_of_a_right_answer_are_told(grade: Grade) -> None:
    """With the moments at which they were printed."""
    text = SOLUTION.replace("    return {", "    print('both are there')\n    return {")
    result = grade(text)
    assert result.status == "passed"
    assert result.tests[0].printed == "1.0 s | both are there\n"


def test_a_busy_loop_names_its_line(grade: Grade) -> None:
    """The guard ends a test that computes without end; the others keep their points."""
    text = endpoint("while True:\n    pass")
    result = grade(text, guard=0.5)
    assert result.status == "failed"
    assert diagnoses(result) == {"busy-loop"}
    line = text.splitlines().index("    while True:") + 1
    failed = [test.failure for test in result.tests if test.failure is not None]
    assert {failure.line for failure in failed} <= {line, line + 1}


def test_a_busy_wait_on_the_clock_is_caught(grade: Grade) -> None:
    """A busy-wait on time.monotonic() never moves a virtual clock; its line is named."""
    text = endpoint(
        "import time\nend = time.monotonic() + 1\nwhile time.monotonic() < end:\n    pass"
    )
    result = grade(text, guard=0.5)
    assert diagnoses(result) == {"busy-loop"}


def test_a_deadlock_is_told_at_once(grade: Grade) -> None:
    """Waiting for what never comes is a finding, with its line, and no time-out."""
    text = endpoint("await asyncio.Event().wait()")
    result = grade(text, guard=30)
    assert diagnoses(result) == {"deadlock"}
    line = text.splitlines().index("    await asyncio.Event().wait()") + 1
    failed = next(test.failure for test in result.tests if test.failure is not None)
    assert failed.line == line
    assert f"Line {line} waits for" in failed.why


def test_an_endless_poller_is_told(grade: Grade) -> None:
    """Asking again and again for ever is `never-finishes`."""
    result = grade(endpoint("while True:\n    await asyncio.sleep(1)"), guard=60)
    assert diagnoses(result) == {"never-finishes"}


@pytest.mark.skipif(not HAS_POSIX, reason="it silences signals; test_spawned.py has another")
def test_an_answer_that_hangs_is_ended(tmp_path: Path) -> None:
    """A process that ignores every guard is killed, and its exercise timed out."""
    text = SOLUTION + "\nimport asyncio.unix_events, os\nsignal = asyncio.unix_events.signal\n"
    text += "signal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
    text += "signal.setitimer = lambda *a: None\nsignal.signal = lambda *a: None\n"
    text = text.replace(
        "    payment, email = await", "    while True: pass\n    payment, email = await"
    )
    path = tmp_path / "checkout.py"
    path.write_text(text)
    order = session.order(CHECKOUT, path, "checkout.py", "virtual")
    result = Runner(guard_real_seconds=2).run([order])[0]
    assert result.status == "timed_out"
    assert "was still running after" in (result.problem or "")


@pytest.mark.skipif(not HAS_POSIX, reason="its answer forks")
def test_workers_of_a_dead_answer_hold_nothing_up(grade: Grade) -> None:
    """An answer that dies while processes it forked live on is `crashed`, and they are ended."""
    text = endpoint(
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    while True:\n"
        "        os.read(os.pipe()[0], 1)\n"
        "os.kill(os.getpid(), 9)"
    )
    result = grade(text)
    assert (result.status, result.points) == ("crashed", 0)
    assert "SIGKILL" in (result.problem or "")


def test_nonsense_on_the_channel_earns_nothing(grade: Grade) -> None:
    """Forged events are the end of that child, and no points."""
    text = endpoint(
        "import os, json\n"
        "for fd in range(3, 40):\n"
        "    try:\n"
        "        for t in ('test_the_longer_one_decides', 'test_ten_customers_at_once'):\n"
        "            os.write(fd, json.dumps({'event': 'started', 'test': t}).encode() + b'\\n')\n"
        "            os.write(fd, json.dumps({'event': 'finished', 'test': t,\n"
        "                                     'outcome': 'passed'}).encode() + b'\\n')\n"
        "    except OSError:\n"
        "        pass"
    )
    result = grade(text)
    assert (result.status, result.points) == ("crashed", 0)
    assert "spoke out of turn" in (result.problem or "")


def test_one_exercise_never_takes_another_down(tmp_path: Path, runner: Runner) -> None:
    """A crash beside a right answer changes nothing for the right one."""
    orders = []
    for index, text in enumerate([endpoint("import os\nos.abort()"), SOLUTION, "(", SOLUTION]):
        path = tmp_path / str(index) / "checkout.py"
        path.parent.mkdir()
        path.write_text(text)
        orders.append(session.order(CHECKOUT, path, "checkout.py", "virtual"))
    assert [result.status for result in runner.run(orders)] == [
        "crashed",
        "passed",
        "broken",
        "passed",
    ]


def test_only_the_declared_file_is_taken(tmp_path: Path, runner: Runner) -> None:
    """Files beside the answer are not there for it, and nothing is written into its folder."""
    (tmp_path / "helper.py").write_text("raise SystemExit\n")
    (tmp_path / "conftest.py").write_text("raise SystemExit\n")
    (tmp_path / "httpx.py").write_text("raise SystemExit\n")
    path = tmp_path / "checkout.py"
    path.write_text(SOLUTION + "\nopen('note.txt', 'w').write('x')\n")
    order = session.order(CHECKOUT, path, "checkout.py", "virtual")
    assert runner.run([order])[0].status == "passed"
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "checkout.py",
        "conftest.py",
        "helper.py",
        "httpx.py",
    ]


@pytest.mark.skipif(not HAS_POSIX, reason="Windows makes links for administrators only")
def test_a_symbolic_link_or_a_folder_is_no_answer(tmp_path: Path, runner: Runner) -> None:
    """A path is looked at before it is opened."""
    real = tmp_path / "real.py"
    real.write_text(SOLUTION)
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "checkout.py").symlink_to(real)
    (tmp_path / "folder" / "checkout.py").mkdir(parents=True)
    (tmp_path / "renamed").mkdir()
    (tmp_path / "renamed" / "checkout.py.txt").write_text(SOLUTION)
    orders = [
        session.order(CHECKOUT, tmp_path / name / "checkout.py", "checkout.py", "virtual")
        for name in ("link", "folder", "renamed", "nowhere")
    ]
    results = runner.run(orders)
    assert [r.status for r in results] == ["broken", "broken", "missing", "missing"]
    assert results[2].problem == "checkout.py not found; did you mean to rename checkout.py.txt?"
    assert all(r.max_points == 7 for r in results)


def test_the_environment_is_not_inherited(
    tmp_path: Path, grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret in the environment does not reach the answer."""
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    check = "import os\nassert 'GITHUB_TOKEN' not in os.environ\n"
    assert grade(check + SOLUTION).status == "passed"
    assert os.environ["GITHUB_TOKEN"] == "secret"


def test_the_real_clock_gives_the_same_verdict(grade: Grade) -> None:
    """On the wall clock a right answer passes too; it waits for real, which is its point."""
    result = grade(SOLUTION, clock="real", guard=10)
    assert (result.status, result.points) == ("passed", 7)


@pytest.mark.skipif(not HAS_POSIX, reason="there are no warm servers without fork")
def test_a_server_that_did_not_begin_in_time() -> None:
    """Who has stopped it blames the machine, and no lack of packages."""
    server = Server("process")
    server.start()
    server.stop()
    assert "did not begin in time: this machine is very busy" in server.failure().problem
