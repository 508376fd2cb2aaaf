"""Runs the second examiner's circumstances when all of a suite's own tests have passed."""

from collections.abc import Sequence

import pytest

from grader.child.reporter import Reporter
from grader.course import circumstances
from grader.suite import circumstances as selection
from grader.suite import plugin


def known(items: Sequence[pytest.Item]) -> tuple[circumstances.Circumstance, ...]:
    """The circumstances of the suite that has these tests."""
    return circumstances.of(selection.of_item(i) for i in items if isinstance(i, pytest.Function))


def run(reporter: Reporter, items: Sequence[pytest.Item], done: Sequence[str]) -> None:
    """Each of them, and tell of each; when a test has failed, that they were skipped.

    Those that can be had together are tried together first: a right answer stands them all at
    once, and only where one fails does each run by itself, to name the one.
    """
    if not reporter.job.examined:
        return
    tests = [item for item in items if isinstance(item, pytest.Function)]
    failed = bool(items[0].config.stash[plugin.FAILED])
    stood: tuple[str, ...] = ()
    if not failed and not set(circumstances.TOGETHER) & set(done):
        with reporter.circumstance(circumstances.AT_ONCE.id, told=False):
            stood = circumstances.TOGETHER if _stands(circumstances.AT_ONCE, tests) else ()
    for circumstance in known(items):
        if circumstance.id in done:
            continue
        with reporter.circumstance(circumstance.id, skipped=failed):
            if not failed and circumstance.id not in stood:
                _stands(circumstance, tests)


def _stands(circumstance: circumstances.Circumstance, tests: list[pytest.Function]) -> bool:
    """Run the tests that are due under it, until one fails."""
    config = tests[0].config
    for item in selection.due(circumstance, tests):
        item.stash[selection.CIRCUMSTANCE] = circumstance
        item._initrequest()
        config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        if config.stash[plugin.FAILED]:
            config.stash[plugin.FAILED].clear()
            return False
    return True
