"""The child's entry: stages one answer, runs one suite on it, sends events.

Runs beside learner code, in a process, session and folder of its own.
"""

import contextlib
import faulthandler
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.suite import plugin

import pytest  # isort: skip

from grader.child import output
from grader.child.collection import Collection, collect
from grader.child.tampering import Tampering
from grader.clock import timing
from grader.isolation import limits, namespaces
from grader.model import events
from grader.model.job import UNTOLD, Job
from grader.suite.answer import Source, stage
from grader.suite.loading import first_load
from grader.system import HAS_POSIX
from grader.trace import timers

MOST_FLAG = 400
"""Characters of a flag."""
ENDED_REAL_SECONDS = 10.0
"""So long at most a child waits to be ended."""

collected: Collection | None = None
"""The suites that the warm server has collected for its children."""


class Reporter:
    """A pytest plugin that tells the parent what happens."""

    def __init__(self, send: events.Send, source: Source, job: Job, tampering: Tampering) -> None:
        self.send = send
        self.source = source
        self.job = job
        self.tampering = tampering
        self.outcomes: dict[str, Any] = {}
        self.printed = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[None]:
        virtual, guard = self.job.clock == "virtual", self.job.guard_seconds
        if self.job.watched:
            self.tampering.begin()
        output.begin()
        limits.of_a_test(guard)
        problem = first_load(self.source, virtual=virtual, guard_seconds=guard)
        self.tampering.loaded()
        if problem is not None:
            said = output.text()
            self.send(events.Unloadable(status="broken", problem=problem, printed=said))
            session.items.clear()
        else:
            session.config.stash[plugin.CODE] = self.source.compile_traced()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        limits.of_a_test(plugin.guard_seconds(item, self.job.guard_seconds))
        return (yield)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        output.begin()
        self.send(events.Started(test=nodeid.rpartition("::")[2]))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        if call.when != "teardown":
            self.printed = output.text()  # now: what libraries say while they clean up comes later
        report: Any = yield
        trace = item.stash.get(plugin.TRACE, None)
        if report.when == "call" and trace is not None:
            guard = item.stash.get(plugin.GUARD, None)
            report.hurried = guard is not None and guard.hurried
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
            printed=self.printed if report.failed else "",
            hurried=getattr(report, "hurried", False),
        )
        self.send(event)


def main(channel: int, job: Job) -> None:
    """Grade one answer; everything that happens goes over `channel`."""
    deadline = timers.real_time() + job.real_seconds
    home = Path(job.home)
    suite = Path(job.suite)
    code = UNTOLD
    try:
        found = collected if collected is not None and collected.has(suite) else None
        plugin.remember_suite(suite)
        _seclude(job, home, is_collected=found is not None)
        send = events.sender(channel, job.key)
        job = replace(job, key=b"")
        source = stage(job.data, job.shown, job.name, home / "answer")
        os.chdir(source.staged.parent)
        if HAS_POSIX:
            # Where the kernel ends a call that computes without end: no event, but a line.
            faulthandler.register(signal.SIGXCPU, channel, chain=True)
        _run_suite(send, source, job, found or collect([suite]), deadline)
        send(events.End())
        code = 0
        os.close(channel)  # the parent need not wait until all memory is given back
        if not HAS_POSIX:
            # There it is the parent that ends us: only of who still runs it can end the tree.
            timing._sleep(ENDED_REAL_SECONDS)
    except Exception:
        traceback.print_exc()
    finally:
        # Threads of the answer may still run, and its exit handlers are not wanted.
        os._exit(code)


def _run_suite(
    send: events.Send, source: Source, job: Job, found: Collection, deadline: float
) -> None:
    found.select(Path(job.suite))
    config = found.session.config
    config.option.clock = job.clock
    config.stash[plugin.SOURCE] = source
    config.stash[plugin.GUARD_SECONDS] = job.guard_seconds
    config.stash[plugin.DEADLINE] = deadline
    tampering = Tampering(
        source,
        Path(job.suite),
        Path(job.home),
        lambda flag: send(events.Flagged(flag=flag[:MOST_FLAG])),
    )
    config.pluginmanager.register(tampering)
    config.pluginmanager.register(Reporter(send, source, job, tampering))
    send(events.Collected(tests=[item.name for item in found.session.items]))
    if job.done:
        # An earlier child got stuck: this one goes on after the test where that was.
        found.session.items = [i for i in found.session.items if i.name not in job.done]
        config.stash[plugin.FAILED].update(job.failed)
        config.stash[plugin.TIMED_OUT] = True
    found.run()


def _seclude(job: Job, home: Path, *, is_collected: bool) -> None:
    """Go where the answer may run: no terminal, and what its isolation says."""
    sys.dont_write_bytecode = True
    mapped = limits.address_space()
    if job.isolation == "sandbox":
        # Its tests lie beside right answers to them.
        hidden = [str(Path(job.suite).parent.parent)] if is_collected else []
        namespaces.enter(hidden)
    if job.isolation != "none":
        if HAS_POSIX:
            with contextlib.suppress(OSError):  # a spawned child leads a session already
                os.setsid()
        limits.apply(mapped, own_processes=job.isolation == "sandbox")
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    # The server has no variables of ours but a few; its children have fewer.
    for name in ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"):
        os.environ[name] = str(temporary)
    tempfile.tempdir = None
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # last: until here the server's log hears what goes wrong
        os.dup2(null, stream)
