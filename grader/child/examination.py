"""Runs the second examiner's circumstances when all of a suite's own tests have passed."""

from collections.abc import Sequence

import pytest

from grader.child.reporter import Reporter
from grader.course.circumstances import AT_ONCE, TOGETHER, Circumstance, of
from grader.suite import circumstances as selection
from grader.suite import plugin


def known(items: Sequence[pytest.Item]) -> tuple[Circumstance, ...]:
    """The circumstances of the suite that has these tests."""
    return of(selection.of_item(i) for i in items if isinstance(i, pytest.Function))


def run(
    reporter: Reporter,
    circumstances: Sequence[Circumstance],
    items: Sequence[pytest.Item],
    done: Sequence[str],
) -> None:
    """Each of them, and tell of each; when a test has failed, that they were skipped.

    Those that can be had together are tried together first: a right answer stands them all at
    once, and only where one fails does each run by itself, to name the one.
    """
    tests = [item for item in items if isinstance(item, pytest.Function)]
    failed = bool(items[0].config.stash[plugin.FAILED])
    stood: tuple[str, ...] = ()
    if circumstances and not failed and not set(TOGETHER) & set(done):
        with reporter.circumstance(AT_ONCE.id, told=False):
            stood = TOGETHER if _stands(AT_ONCE, tests) else ()
    for circumstance in circumstances:
        if circumstance.id in done:
            continue
        with reporter.circumstance(circumstance.id, skipped=failed):
            if not failed and circumstance.id not in stood:
                _stands(circumstance, tests)


def _stands(circumstance: Circumstance, tests: list[pytest.Function]) -> bool:
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
