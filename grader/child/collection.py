"""Suites that pytest has collected before an answer is there, ready to run in a forked child.

A child forked from a process with a collected suite skips pytest's own start (about 0.08 s).
"""

import contextlib
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.course.suites import SETTINGS
from grader.model.endings import GUARD_SECONDS

UNUSED_PLUGINS = (
    *("cacheprovider", "doctest", "faulthandler", "junitxml", "legacypath", "logging"),
    *("pastebin", "recwarn", "setuponly", "setupplan", "stepwise", "threadexception"),
    *("unittest", "unraisableexception"),
)
"""Parts of pytest that no suite uses: each costs a fraction of a millisecond per answer."""
NAMED_PLUGINS = ("pytest_asyncio.plugin", "pytest_timeout")


@dataclass(frozen=True)
class Collection:
    """pytest's session and, per suite, its tests and its file's time and size."""

    session: pytest.Session
    items: dict[Path, list[pytest.Item]]
    stamps: dict[Path, tuple[int, int]]

    def has(self, path: Path) -> bool:
        """Whether the suite was collected as it lies there now."""
        return path in self.items and self.stamps[path] == _stamp(path)

    def select(self, path: Path) -> None:
        """Leave only the tests of this suite in the session."""
        self.session.items = list(self.items.get(path, ()))

    def run(self) -> None:
        """Run the selected tests."""
        self.session.config.hook.pytest_runtestloop(session=self.session)


class _Keeper:
    """A pytest plugin that stops before the tests run and keeps the session."""

    def __init__(self) -> None:
        self.session: pytest.Session | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.session = session
        return True


def collect(suites: Iterable[Path]) -> Collection:
    """Collect suites of one course. Raises RuntimeError when pytest cannot even begin."""
    paths = list(suites)
    stamps = {path: _stamp(path) for path in paths}
    arguments = [
        *map(str, paths),
        f"--rootdir={paths[0].parent.parent}",
        f"-c={SETTINGS}",
        # As in pytest.ini, without standalone.py, which loads the diagnosis.
        "--override-ini=addopts=-p grader.suite.plugin --import-mode=importlib --strict-markers",
        f"--timeout={GUARD_SECONDS}",
        "--noconftest",
        "--continue-on-collection-errors",
        "-q",
        "--tb=no",  # the long style parses the sources of every library in a traceback
        *(word for name in UNUSED_PLUGINS for word in ("-p", f"no:{name}")),
        *(word for name in NAMED_PLUGINS for word in ("-p", name)),
    ]
    keeper = _Keeper()
    with (
        open(os.devnull, "w") as null,
        contextlib.redirect_stdout(null),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        pytest.main(arguments, plugins=[keeper])
    session = keeper.session
    if session is None:
        raise RuntimeError("pytest did not begin")
    for name in ("capturemanager", "terminalreporter"):
        session.config.pluginmanager.unregister(name=name)
    session.config.pluginmanager.unregister(keeper)
    items: dict[Path, list[pytest.Item]] = {path: [] for path in paths}
    for item in session.items:
        items[item.path].append(item)
        # A later `collect` would get this module again, even if its file has changed.
        if (module := getattr(item, "module", None)) is not None:
            sys.modules.pop(module.__name__, None)
    return Collection(session, items, stamps)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)
