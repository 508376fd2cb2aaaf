"""`logs`: what the answer logs, when, and whether a failure is told once."""

import logging

import pytest

from grader.suite import CheckFailed, same
from grader.suite.answer import Answer
from grader.suite.logs import Logs
from grader.suite.stopwatch import Stopwatch

ANSWER = """
import asyncio
import logging

log = logging.getLogger("shop")
quiet = logging.getLogger("shop.quiet")
quiet.propagate = False
log.info("loading")


async def work(order):
    await asyncio.sleep(2)
    log.info("order %s", order, extra={"duration": 2})


def tell(error, ways):
    for way in ways:
        try:
            raise error
        except Exception as caught:
            if way == "carried":
                quiet.exception("failed")
            elif way == "as text":
                log.warning("failed: %s", caught)
            elif way == "as its cause":
                try:
                    raise RuntimeError("failed") from caught
                except RuntimeError:
                    log.exception("failed")
            elif way == "too low":
                log.info("failed: %s", caught)
            elif way == "of another":
                log.error("failed: %s", "no paper")
"""


async def test_a_line_has_its_moment_and_its_extra(
    logs: Logs, answer: Answer, clock: Stopwatch
) -> None:
    """Other people's lines are left out."""
    await answer.work(7)
    logging.getLogger("shop").error("the suite's own")
    first, line = logs.lines
    assert (first.text, first.at, first.line) == ("loading", 0.0, 8)
    assert (line.text, line.level, line.line) == ("order 7", "INFO", 13)
    same(line.at, 2.0)
    same(line.extra, {"duration": 2})


@pytest.mark.parametrize("way", ["carried", "as text", "as its cause"])
async def test_a_failure_is_told_once(logs: Logs, answer: Answer, way: str) -> None:
    """In any form that a reader of the log recognises it by."""
    error = ValueError("no ink")
    answer.tell(error, [way, "of another"])
    logs.told_once(error)


@pytest.mark.parametrize(
    ("ways", "actual"),
    [((), "0 lines"), (("too low",), "0 lines"), (("carried", "as text"), "2 lines")],
)
async def test_a_failure_that_is_not_told_once(
    logs: Logs, answer: Answer, ways: tuple[str, ...], actual: str
) -> None:
    error = ValueError("no ink")
    answer.tell(error, ways)
    with pytest.raises(CheckFailed) as failed:
        logs.told_once(error)
    assert failed.value.check.actual == actual


def test_the_loggers_are_as_they_were() -> None:
    """Whatever the tests above did."""
    assert logging.root.level == logging.WARNING
    assert logging.Logger.handle.__module__ == "logging"
