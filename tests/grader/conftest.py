"""The clock must be installed before any test imports a library that takes a lock by name."""

import gc
import io
import os
import shutil
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import closing, redirect_stdout
from pathlib import Path
from types import ModuleType

import pytest

from grader import clock
from grader.course import circumstances, folders
from grader.parent import python
from grader.suite import settings
from grader.system import HAS_POSIX

clock.install()
NEEDS_POSIX = (
    "actions",
    "cli",
    "commands/watch",
    "child/test_server.py",
    "isolation",
    "judge",
    "parent/test_stuck.py",
    "reports/test_picture.py",
    "test_corpus.py",
    "test_terminals.py",
)
"""What drives a shell or a terminal, or grades what forks, blocks signals and follows links."""
collect_ignore = [] if HAS_POSIX else list(NEEDS_POSIX)
if not HAS_POSIX:
    # Where tests/grader/windows plays a system, it does so for the children too.
    python.KEPT_VARIABLES = (*python.KEPT_VARIABLES, "PYTHONPATH")
# A shell makes its jobs in the background deaf to Ctrl-C, and so what our tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
# What is tested here is hardly ever about the second examiner; `examined` turns it on.
os.environ[circumstances.SWITCH] = "off"
# What .ci/run asks of this pytest is not meant for those that our tests start.
os.environ.pop("PYTEST_ADDOPTS", None)

ROOT = folders.find_root(Path(__file__).parent)


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second examiner is at work, as it is for a learner."""
    monkeypatch.setenv(circumstances.SWITCH, "")


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """A folder as a learner may get it: one exercise, checkout, untouched; no solutions, no git."""
    for part in ("exercises", "tests/exercises"):
        shutil.copytree(
            ROOT / part / "06_checkout",
            tmp_path / part / "06_checkout",
            ignore=shutil.ignore_patterns("__pycache__", "*.bak"),
        )
    shutil.copy(ROOT / "tests/exercises/pytest.ini", tmp_path / "tests/exercises/pytest.ini")
    stub = tmp_path / "tests/exercises/06_checkout/stub.py"
    shutil.copy(stub, tmp_path / "exercises/06_checkout/checkout.py")
    return tmp_path


@pytest.fixture
def run_program(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """Runs a program from a page, given its name and source, on the virtual clock.

    Returns what it prints. A loop that is only open puts this thread, and with it the whole
    program and the loop that its `asyncio.run` makes, on the clock.
    """

    def run_program(name: str, source: str) -> str:
        script = ModuleType("__main__")  # where pickle and SQLAlchemy look for its classes
        monkeypatch.setitem(sys.modules, "__main__", script)
        printed = io.StringIO()
        with settings.kept(), warnings.catch_warnings(), redirect_stdout(printed):
            # One page is about this warning; Python gives it to the reader as well.
            warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
            with closing(clock.VirtualLoop()):
                exec(compile(source, name, "exec"), vars(script))
            vars(script).clear()
            gc.collect()  # what a page leaves unfinished warns here, not in the next test
        return printed.getvalue()

    return run_program
