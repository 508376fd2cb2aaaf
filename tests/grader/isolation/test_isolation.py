"""What an answer can do to the machine, to the grader and to other answers: nothing that stays."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import isolation
from grader.course import exercises as course
from grader.course import folders
from grader.isolation import leftovers
from grader.model.errors import GraderError
from grader.model.report import ExerciseResult, Isolation
from grader.parent import children, session
from grader.parent.conversation import Order
from grader.parent.runner import Runner
from tests.grader.unaudited import unaudited

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
SOLUTION = CHECKOUT.solution.read_text()
HAS_SANDBOX = isolation.probe()[-1].available
in_sandbox = pytest.mark.skipif(not HAS_SANDBOX, reason="no bubblewrap that may start here")
LEVELS = ["process", pytest.param("sandbox", marks=in_sandbox)]

Make = Callable[..., Order]


@pytest.fixture
def order(tmp_path: Path) -> Make:
    """An order for checkout's solution with these lines before its endpoint's body.

    Not audited: what is proved here is what lies behind that.
    """

    def order(lines: str, *, top: str = "") -> Order:
        body = "".join(f"    {line}\n" for line in lines.splitlines())
        head, call, rest = SOLUTION.partition("    payment, email = await")
        path = tmp_path / "checkout.py"
        path.write_text(f"import os\nimport select\n{top}\n{head}{body}{call}{rest}")
        made = session.order(CHECKOUT, path, "checkout.py", "virtual")
        assert made.job is not None
        return replace(made, job=replace(made.job, guard_seconds=1.0))

    return order


@pytest.fixture(scope="module", autouse=True)
def _servers_end() -> Iterator[None]:
    with unaudited():
        yield
        children.stop()


def grade(order: Order, level: Isolation, guard: float = 60.0) -> ExerciseResult:
    return Runner(1, guard, level).run([order])[0]


def descendants(marker: str) -> list[str]:
    """Processes that began with the server's marker, but for the server itself."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (folder / "environ").read_bytes():
                found.append(folder.name)
        except OSError:
            continue
    return found


DAEMON = """\
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.setsid()
        os.closerange(0, 256)
        select.select([], [], [], 600)
    os._exit(0)
"""


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_is_left_running(order: Make, level: Isolation) -> None:
    """Also a process that left its group and its session has ended with its answer."""
    result = grade(order(DAEMON), level)
    assert (result.status, result.points) == ("passed", 7)
    if level == "process":
        own = children.get(level)
        assert own._process is not None
        assert descendants(own.marker) == [str(own._process.pid)]


@pytest.mark.parametrize("level", LEVELS)
def test_an_answer_that_stops_itself_ends_at_the_guard(order: Make, level: Isolation) -> None:
    """No signal wakes it, and the parent does not wait for it."""
    began = time.monotonic()
    lines = "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))\n"
    result = grade(order(lines + "select.select([], [], [], 600)"), level, guard=3.0)
    assert (result.status, result.points) == ("timed_out", 0)
    assert time.monotonic() - began < 50


def test_other_verdicts_are_the_same(order: Make) -> None:
    """Answers beside one that ends the server are graded again, and it gets its own verdict."""
    good, bad = order(""), order("os.kill(os.getppid(), 9)\nos.abort()")
    results = Runner(2).run([good, bad, good])
    assert [result.status for result in results] == ["passed", "crashed", "passed"]


def test_a_stopped_server_costs_nobody_else_points(order: Make) -> None:
    """It is ended as one that was killed, and the answers beside it are graded again."""
    good, bad = order(""), order("", top="os.kill(os.getppid(), 19)")
    began = time.monotonic()
    results = Runner(2).run([good, bad, good, good])
    assert [result.points for result in results] == [7, results[1].points, 7, 7]
    assert time.monotonic() - began < 60


def test_who_stops_itself_is_no_victim_of_a_busy_machine(order: Make) -> None:
    """It wants no processor, so it is graded once, and not told that others were in its way."""
    result = grade(order("os.kill(os.getpid(), 19)"), "process", guard=4.0)
    assert result.points == 0
    assert "so busy" not in (result.problem or "")


@in_sandbox
@pytest.mark.parametrize(
    "lines",
    [
        "import ctypes\nif ctypes.CDLL(None).syscall(NUMBER, 1, None) < 0: raise OSError".replace(
            "NUMBER", "250 if os.uname().machine == 'x86_64' else 219"
        ),
        "os.memfd_create('mine')",
        "import socket\nsocket.socket(40, socket.SOCK_STREAM)",
        "os.openpty()",
        "if not os.listdir('/dev/pts'): raise OSError",
    ],
    ids=["a key", "a file of memory", "a socket to the host", "a terminal", "terminals of others"],
)
def test_no_way_past_the_namespaces(order: Make, lines: str) -> None:
    """Each of these raises OSError: no namespace covers it, and answers would meet there."""
    body = "".join(f"    {line}\n" for line in lines.splitlines())
    tried = f"try:\n{body}except OSError:\n    pass\nelse:\n    os._exit(3)"
    assert grade(order("", top=tried), "sandbox").status == "passed"


@pytest.mark.parametrize("level", LEVELS)
def test_no_variable_of_ours_reaches_an_answer(
    order: Make, level: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in its environment nor in what /proc says of its own process."""
    children.stop()
    monkeypatch.setenv("GITHUB_TOKEN", "secret-of-the-job")
    lines = """\
seen = repr(dict(os.environ))
if os.path.exists("/proc/self/environ"):
    seen += open("/proc/self/environ").read()
if "secret-of-the-job" in seen:
    os._exit(1)
"""
    assert grade(order(lines), level).status == "passed"


@in_sandbox
@pytest.mark.parametrize(
    "lines",
    [
        "open('/usr/written', 'w')",
        f"open({str(ROOT / 'written')!r}, 'w')",
        "open('/tmp/written', 'w')",
        "open('/dev/written', 'w')",
        f"open({str(CHECKOUT.solution)!r})",
        f"open({str(CHECKOUT.suite)!r})",
        "open('/etc/passwd')",
        "[os.kill(other, 9) for other in range(os.getpid() + 1, 200)]",
        "if len([n for n in os.listdir('/proc') if n.isdigit()]) == 0: raise OSError",
    ],
)
def test_the_sandbox_shows_nothing_to_take_or_to_break(order: Make, lines: str) -> None:
    """Each of these raises OSError there, so that the rest of the answer is right."""
    tried = f"try:\n    {lines}\nexcept OSError:\n    pass\nelse:\n    os._exit(3)"
    assert grade(order(tried), "sandbox").status == "passed"


@in_sandbox
def test_the_first_process_of_the_sandbox_does_not_hear(order: Make) -> None:
    """It waits for the answer, whatever that sends it."""
    lines = "for number in (9, 15, 19):\n    os.kill(1, number)"
    assert grade(order(lines), "sandbox").status == "passed"


@in_sandbox
def test_the_sandbox_has_no_network(order: Make) -> None:
    """A server on this machine's loopback cannot be reached from inside."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        there = listener.getsockname()
        lines = f"import socket\ntry:\n    socket.create_connection({there!r}, 1)\n"
        lines += "except OSError:\n    pass\nelse:\n    os._exit(3)"
        assert grade(order(lines), "sandbox").status == "passed"


@in_sandbox
def test_answers_in_the_sandbox_do_not_meet(order: Make) -> None:
    """What one wrote, wherever it could, the next one does not find."""
    places = "('/answer', '/dev/shm', '/tmp', '/', '/proc')"
    leave = f"""
import contextlib
for place in {places}:
    with contextlib.suppress(OSError):
        open(place + "/mark", "w").close()
"""
    find = f"""
if any(os.path.exists(place + "/mark") for place in {places}):
    os._exit(3)
"""
    assert grade(order("", top=leave), "sandbox").status == "passed"
    assert grade(order("", top=find), "sandbox").status == "passed"


def test_a_sandbox_that_cannot_be_had_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a sentence, and no falling back."""
    monkeypatch.setattr("shutil.which", lambda _name: None)
    isolation._sandbox.cache_clear()
    with pytest.raises(GraderError, match=r"bubblewrap \(bwrap\) is not installed"):
        Runner(isolation="sandbox")
    isolation._sandbox.cache_clear()


def test_a_server_that_cannot_begin_says_why(
    order: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its last line is in the sentence."""
    children.stop()
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    (tmp_path / "python").write_text("#!/bin/sh\necho 'no packages here' >&2\nexit 1\n")
    (tmp_path / "python").chmod(0o755)
    with pytest.raises(GraderError, match="does not start: no packages here"):
        grade(order(""), "process")
    children.stop()


def test_a_folder_without_rights_is_removed(order: Make, tmp_path: Path) -> None:
    """Nothing stays of what an answer made in its folder."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(folder))
        lines = "os.makedirs('deep/er', exist_ok=True)\nos.chmod('deep', 0)"
        grade(order(lines), "process")
    assert list(folder.iterdir()) == []


def test_what_exists() -> None:
    """A process that waits to be reaped does not count."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert not leftovers.exists(pid)
    os.waitpid(pid, 0)
    assert leftovers.exists(os.getpid())


@pytest.mark.thorough
@pytest.mark.parametrize("level", LEVELS)
def test_failures_are_explained_alike(order: Make, level: Isolation) -> None:
    """Hiding the suites hides no diagnosis, and the guard of a test rings."""
    failed = grade(order("raise ValueError('seats')"), level).tests[0].failure
    assert failed is not None
    assert failed.diagnosis == "server-error"
    assert "ValueError: seats" in failed.why
    stuck = grade(order("while True:\n    pass"), level).tests[0].failure
    assert stuck is not None
    assert stuck.diagnosis == "busy-loop"


@pytest.mark.parametrize("level", LEVELS)
def test_memory_is_limited(order: Make, level: Isolation) -> None:
    """An answer that takes more than it may have is told so, and where.

    Reserved only: pages that nobody writes to are counted, and cost the machine nothing.
    """
    lines = "kept = [bytes(1 << 30)]\nwhile True:\n    kept.append(bytes(256 << 20))"
    result = grade(order(lines), level)
    assert (result.status, result.points) == ("failed", 0)
    failure = result.tests[0].failure
    assert failure is not None
    assert "MemoryError" in failure.why
    assert failure.line is not None
    under = "if len(bytes(1 << 30)) != 1 << 30:\n    os._exit(3)"
    assert grade(order(under), level).status == "passed"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL"])
def test_how_an_answer_ended_is_named(order: Make, level: Isolation, name: str) -> None:
    """Also in the sandbox, where the first process of all hears no signal of its own."""
    result = grade(order(f"import signal\nos.kill(os.getpid(), signal.{name})"), level)
    assert result.status == "crashed"
    assert f"killed by {name}" in (result.problem or "")
