"""The judge's process: starts the host, runs what it can play of the suite, and tells of it.

It sends the same events as an answer's own process: `passed`, `failed` when a check of the suite
did not hold, and `skipped` where it has no opinion.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import pytest

from grader.isolation import limits
from grader.judge import host
from grader.judge.answer import RemoteAnswer
from grader.judge.line import Gone, Line, Nonsense, Unplayable
from grader.judge.remote import Remote
from grader.judge.values import told
from grader.model import events
from grader.model.endings import SILENT
from grader.model.job import Job
from grader.suite import fixtures, plugin
from grader.suite.answer import Source
from grader.suite.checks import CheckFailed
from grader.suite.guard import TimedOut
from grader.system import HAS_POSIX
from grader.trace import circumstance, timers
from grader.trace.recorder import Recorder

HOST_REAL_SECONDS = 20.0
"""A host that says nothing for longer is no sign of anything."""
_PR_SET_DUMPABLE = 4


def give(
    channel: int, job: Job, session: pytest.Session, prepare: Callable[[], Source], known: list[str]
) -> None:
    """Run the selected tests; `prepare` is called in the host, and gives the answer there."""
    if not HAS_POSIX:
        return
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if not pid:
        try:
            os.close(channel)
            ours.close()
            host.main(Line(theirs), prepare(), job.guard_seconds)
        finally:
            os._exit(0)
    theirs.close()
    _close_to_others()
    limits.apply(limits.address_space(), own_processes=False)  # a host may say a lot
    home = Path(tempfile.mkdtemp(dir=job.home))
    try:
        send = events.sender(channel, job.key)
        circumstance.seed(job.seed and b"judge" + job.seed)  # other data than the answer had
        opinion = Opinion(send, Line(ours, HOST_REAL_SECONDS), home)
        config = session.config
        config.option.clock = job.clock
        shown = Path(job.home) / "answer" / job.name
        config.stash[fixtures.SOURCE] = Source(job.data, job.shown, shown)
        config.stash[fixtures.OUTSIDE] = opinion.outside
        config.stash[plugin.GUARD_SECONDS] = job.guard_seconds
        config.stash[plugin.DEADLINE] = timers.real_time() + job.real_seconds
        config.pluginmanager.register(opinion)
        session.items = [item for item in session.items if item.name in job.judged]
        send(events.Collected(tests=known))
        config.hook.pytest_runtestloop(session=session)
        send(events.End())
    finally:
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(OSError):
                kill(pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.waitpid(pid, 0)
        shutil.rmtree(home, ignore_errors=True)


def _close_to_others() -> None:
    """No other process of this user may look into this one's memory (unless that is root)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


class Opinion:
    """A pytest plugin that tells what the judge has seen."""

    def __init__(self, send: events.Send, line: Line, home: Path) -> None:
        self.send = send
        self.line = line
        self.home = home
        self.is_over = False
        self.remote: Remote | None = None
        self._report: Any = None
        self._error: BaseException | None = None

    @contextlib.contextmanager
    def outside(self, recorder: Recorder, played: Mapping[str, Any]) -> Iterator[RemoteAnswer]:
        """What stands for the answer in one test."""
        self.remote = Remote(self.line, recorder, played, self.home)
        with self.remote.serving():
            yield RemoteAnswer(self.remote)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        self.remote = self._report = self._error = None
        return True if self.is_over else None

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.send(events.Started(test=nodeid.rpartition("::")[2]))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        report: Any = yield
        if call.when == "call" or (call.when == "setup" and call.excinfo is not None):
            self._report = report
            self._error = call.excinfo.value if call.excinfo is not None else None
        if call.when == "teardown":
            self._finish(item.name)
        return report  # type: ignore[no-any-return]

    def _finish(self, test: str) -> None:
        error = self._error
        why = self.remote.unheard if self.remote is not None else Unplayable("it did not begin")
        if isinstance(error, TimedOut):  # here it is the host that is waited for
            why = Gone(SILENT)
        is_in_step = not isinstance(why, Gone | Nonsense)
        outcome: Literal["passed", "failed", "skipped"] = "passed" if error is None else "failed"
        if why is not None or not (isinstance(error, CheckFailed | None) or self._is_served(error)):
            outcome = "skipped"
        failed, reason = outcome == "failed", why or error
        self.is_over = failed or not is_in_step
        self.send(
            events.Finished(
                test=test,
                outcome=outcome,
                evidence=self._report.evidence.model_copy(update={"spans": []}) if failed else None,
                printed="" if failed or reason is None else told(reason),
            )
        )

    def _is_served(self, error: BaseException | None) -> bool:
        """Whether the answer has raised it; else the mistake may be ours."""
        return self.remote is not None and any(error is each for each in self.remote.served)
