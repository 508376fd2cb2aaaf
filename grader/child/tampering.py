"""pytest glue: a test is void when the answer replaced what its verdict relies on."""

from collections.abc import Iterator
from pathlib import Path
from threading import get_ident
from typing import Any

import _pytest.runner
import pytest

from grader.model import events
from grader.model.evidence import Evidence, ReplacedCheck
from grader.model.job import Job
from grader.security import audit, seals, workers
from grader.security.audit import Audit
from grader.security.seals import Seals
from grader.suite import plugin
from grader.suite.answer import Source

MAX_FLAG = 400
"""Characters of a flag that are sent."""


def hide_test_names() -> None:
    """Have pytest set no PYTEST_CURRENT_TEST: an answer would read there which test asks it."""
    runner: Any = _pytest.runner
    runner._update_current_test_var = lambda item, when: None


class Flags:
    """Sends flags from the main thread; those of other threads wait until the next check."""

    def __init__(self, send: events.Send) -> None:
        self._send = send
        self._thread = get_ident()
        self._late: list[str] = []

    def tell(self, text: str) -> None:
        if get_ident() == self._thread:
            self._send(events.Flagged(flag=text[:MAX_FLAG]))
        else:
            self._late.append(text)

    def flush(self) -> None:
        while self._late:
            self.tell(self._late.pop(0))


class Tampering:
    """A pytest plugin for one answer: audits it, and checks the seals after each test."""

    def __init__(self, source: Source, job: Job, send: events.Send, seals: Seals) -> None:
        self.flags = Flags(send)
        self.seals = seals
        root = Path(job.suite).parent.parent.parent.parent
        closed = (root / "solutions", root / "tests" / "exercises")
        walls = (Path(job.home), closed)
        self.audit = Audit(source.shown, walls, self.flags.tell)
        workers.tell(source.data, source.shown, source.staged, walls)

    def begin(self) -> None:
        audit.hide()
        self.audit.begin()

    def loaded(self) -> None:
        """Flag what the first load of the answer replaced."""
        for name in self._broken():
            self.flags.tell(f"replaces {name} when it is imported")

    def _broken(self) -> list[str]:
        self.seals.check()
        self.flags.flush()
        return seals.take()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        report: Any = yield
        if call.when == "call" and report.passed and plugin.ended_by_others(item):
            seals.note("the end of the test")
        if call.when == "call":
            # Now, and not after the fixtures: as the app stops, an answer may put things back.
            self.seals.check()
        if call.when != "teardown":
            return report  # type: ignore[no-any-return]
        broken = self._broken()
        for name in broken:
            self.flags.tell(f"replaces {name} during {item.name}")
        if broken:
            report.outcome = "failed"
            report.evidence = void(broken[0])
        return report  # type: ignore[no-any-return]


def void(name: str) -> Evidence:
    """The evidence of a test that does not count."""
    left_alone, replaced = f"{name} as it was", "something else in its place"
    check = ReplacedCheck(expected=left_alone, actual=replaced, name=name)
    return Evidence(check=check)
