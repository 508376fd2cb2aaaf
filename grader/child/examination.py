"""Runs the second examiner's circumstances when all of a suite's own tests have passed."""

from collections.abc import Sequence

import pytest

from grader.child.reporter import Reporter
from grader.course import circumstances
from grader.suite import examiner, plugin


def known(items: Sequence[pytest.Item]) -> tuple[circumstances.Circumstance, ...]:
    """The circumstances of the suite that has these tests."""
    return circumstances.of(examiner.of_item(i) for i in items if isinstance(i, pytest.Function))


def run(reporter: Reporter, items: Sequence[pytest.Item], done: Sequence[str]) -> None:
    """Each of them, and tell of each; when a test has failed, that they were skipped."""
    tests = [item for item in items if isinstance(item, pytest.Function)]
    config = items[0].config
    failed = bool(config.stash[plugin.FAILED])
    for circumstance in known(items):
        if circumstance.id in done:
            continue
        with reporter.circumstance(circumstance.id, skipped=failed):
            if failed:
                continue
            for item in examiner.due(circumstance, tests):
                item.stash[examiner.CIRCUMSTANCE] = circumstance
                item._initrequest()
                config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                if config.stash[plugin.FAILED]:
                    break
            config.stash[plugin.FAILED].clear()
