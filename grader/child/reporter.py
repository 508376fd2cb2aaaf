"""A pytest plugin that tells the parent what happens, event by event."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from grader.child import output
from grader.child.tampering import Tampering
from grader.clock import ties
from grader.isolation import limits
from grader.model import events
from grader.model.job import Job
from grader.suite import fixtures, plugin
from grader.suite.answer import Source
from grader.suite.guard import GUARD
from grader.suite.loading import first_load
from grader.suite.stopwatch import goal_of


class Reporter:
    """A pytest plugin that tells the parent what happens."""

    def __init__(self, send: events.Send, source: Source, job: Job, tampering: Tampering) -> None:
        self.send = send
        self.source = source
        self.job = job
        self.tampering = tampering
        self.outcomes: dict[str, Any] = {}
        self.printed = ""
        self.is_loaded = True
        self._circumstance = ""
        self._report: Any = None

    @contextmanager
    def circumstance(self, id: str, *, skipped: bool = False, told: bool = True) -> Iterator[None]:
        """Tests run under it meanwhile: their reports become the one of the circumstance."""
        if told:
            self.send(events.Started(test=id))
        self._circumstance, self._report = id, None
        yield
        self._circumstance = ""
        if not told:
            return
        if skipped:
            self.send(events.Finished(test=id, outcome="skipped"))
        elif self._report is None:
            self.send(events.Finished(test=id, outcome="passed"))
        else:
            self._finish(id, self._report)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[None]:
        virtual, guard = self.job.clock == "virtual", self.job.guard_seconds
        self.tampering.begin()
        output.begin()
        limits.of_a_test(guard)
        problem = first_load(self.source, virtual=virtual, guard_seconds=guard)
        self.tampering.loaded()
        if problem is not None:
            said = output.text()
            told, error = problem
            self.send(events.Unloadable(status="broken", problem=told, error=error, printed=said))
            session.items.clear()
            self.is_loaded = False
        else:
            session.config.stash[fixtures.CODE] = self.source.compile_traced()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        limits.of_a_test(plugin.guard_seconds(item, self.job.guard_seconds))
        seed = self.job.ties
        ties.shuffle(None if seed is None else f"{seed} {item.name}")
        return (yield)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        output.begin()
        if not self._circumstance:
            self.send(events.Started(test=nodeid.rpartition("::")[2]))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        if call.when != "teardown":
            self.printed = output.text()  # not what libraries print later, while they clean up
        report: Any = yield
        trace = item.stash.get(fixtures.TRACE, None)
        if report.when == "call" and trace is not None:
            guard = item.stash.get(GUARD, None)
            report.hurried = guard is not None and guard.hurried
            report.goal = goal_of(item)
            report.seconds = max(0.0, round(trace.clock.now(), 6))  # an answer may move it back
            report.orders = trace.orders() if report.failed else None
            report.spans = trace.spans() if self.job.keep_spans or report.failed else []
        return report  # type: ignore[no-any-return]

    def pytest_runtest_logreport(self, report: Any) -> None:
        test = report.nodeid.rpartition("::")[2]
        known = self.outcomes.get(test)
        if known is None or (known.passed and not report.passed) or report.when == "call":
            self.outcomes[test] = report
        if report.when == "teardown":
            report = self.outcomes.pop(test)
            if not self._circumstance:
                self._finish(test, report)
            elif report.failed or self._report is None:
                self._report = report

    def _finish(self, test: str, report: Any) -> None:
        evidence = getattr(report, "evidence", None)
        event = events.Finished(
            test=test,
            outcome="failed" if report.failed else "skipped" if report.skipped else "passed",
            seconds=getattr(report, "seconds", None),
            goal=getattr(report, "goal", None),
            orders=getattr(report, "orders", None),
            spans=getattr(report, "spans", []),
            evidence=evidence.model_copy(update={"spans": []}) if evidence else None,
            printed=self.printed,
            hurried=getattr(report, "hurried", False),
            unawaited=getattr(report, "unawaited", [])[: events.MAX_UNAWAITED],
        )
        self.send(event)
