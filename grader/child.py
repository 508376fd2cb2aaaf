"""The child's entry: stages one answer, runs one suite on it, sends events.

Runs beside learner code, in a process, session and folder of its own.
"""

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from grader import plugin  # first: it installs the clock

import pytest  # isort: skip

from grader import events
from grader.collection import Collection, collect
from grader.job import Job
from grader.suite.answer import Source, stage
from grader.suite.loading import first_load
from grader.tampering import Tampering

KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "TMPDIR", "TEMP")

MOST_FLAG = 400
"""Characters of a flag."""

collected: Collection | None = None
"""The suites that the warm server has collected for its children."""


class Reporter:
    """A pytest plugin that tells the parent what happens."""

    def __init__(self, fd: int, source: Source, job: Job, tampering: Tampering) -> None:
        self.fd = fd
        self.source = source
        self.job = job
        self.tampering = tampering
        self.outcomes: dict[str, Any] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[None]:
        virtual, guard = self.job.clock == "virtual", self.job.guard_seconds
        if self.job.watched:
            self.tampering.begin()
        problem = first_load(self.source, virtual=virtual, guard_seconds=guard)
        self.tampering.loaded()
        if problem is not None:
            events.send(self.fd, events.Unloadable(status="broken", problem=problem))
            session.items.clear()
        else:
            session.config.stash[plugin.CODE] = self.source.compile_traced()
        return (yield)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        events.send(self.fd, events.Started(test=nodeid.rpartition("::")[2]))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Iterator[None]:
        report: Any = yield
        trace = item.stash.get(plugin.TRACE, None)
        if report.when == "call" and trace is not None:
            report.seconds = round(trace.clock.now(), 6)
            report.spans = trace.spans() if self.job.keep_spans or report.failed else []
        return report  # type: ignore[no-any-return]

    def pytest_runtest_logreport(self, report: Any) -> None:
        test = report.nodeid.rpartition("::")[2]
        known = self.outcomes.get(test)
        if known is None or (known.passed and not report.passed) or report.when == "call":
            self.outcomes[test] = report
        if report.when == "teardown":
            self._finish(test, self.outcomes.pop(test))

    def _finish(self, test: str, report: Any) -> None:
        reason = report.longrepr[2] if report.skipped and report.longrepr else ""
        evidence = getattr(report, "evidence", None)
        event = events.Finished(
            test=test,
            outcome="failed" if report.failed else "skipped" if report.skipped else "passed",
            seconds=getattr(report, "seconds", None),
            spans=getattr(report, "spans", []),
            evidence=evidence.model_copy(update={"spans": []}) if evidence else None,
            reason=str(reason).removeprefix("Skipped: "),
        )
        events.send(self.fd, event)


def main(channel: Connection, job: Job) -> None:
    """Grade one answer; everything that happens goes over `channel`."""
    fd = channel.fileno()
    home = Path(job.home)
    try:
        _seclude(home)
        source = stage(job.data, job.shown, job.name, home / "answer")
        os.chdir(source.staged.parent)
        _run_suite(fd, source, job)
        events.send(fd, events.End())
        os.close(fd)  # the parent need not wait until all memory is given back
    finally:
        # Threads of the answer may still run, and its exit handlers are not wanted.
        os._exit(0)


def _run_suite(fd: int, source: Source, job: Job) -> None:
    suite = Path(job.suite)
    found = collected if collected is not None and collected.has(suite) else collect([suite])
    found.select(suite)
    config = found.session.config
    config.option.clock = job.clock
    config.stash[plugin.SOURCE] = source
    config.stash[plugin.GUARD_SECONDS] = job.guard_seconds
    tampering = Tampering(
        source,
        suite,
        Path(job.home),
        lambda flag: events.send(fd, events.Flagged(flag=flag[:MOST_FLAG])),
    )
    config.pluginmanager.register(tampering)
    config.pluginmanager.register(Reporter(fd, source, job, tampering))
    events.send(fd, events.Collected(tests=[item.name for item in found.session.items]))
    found.run()


def _own_resource_tracker() -> None:
    """Process pools of the answer must not leave their semaphores to the parent's tracker."""
    tracker: Any = resource_tracker.ResourceTracker()
    module: Any = resource_tracker
    module._resource_tracker = tracker
    for name in ("ensure_running", "register", "unregister", "getfd"):
        setattr(module, name, getattr(tracker, name))


def _seclude(home: Path) -> None:
    """A session of its own, no inherited variables, no terminal."""
    if hasattr(os, "setsid"):
        with contextlib.suppress(OSError):
            os.setsid()
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    os.environ.clear()
    os.environ.update(kept)
    os.environ["HOME"] = str(home)
    # A daemon, as the parent starts it, may start no processes; an answer's pool does.
    multiprocessing.current_process().daemon = False
    sys.dont_write_bytecode = True
    _own_resource_tracker()
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
