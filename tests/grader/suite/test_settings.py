"""Nothing that one load of an answer sets in the process reaches the next."""

import logging
import os
from collections.abc import Iterator

import pytest

from grader.suite import settings


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """A logger that was there before."""
    known = logging.getLogger("tests.of.settings")
    known.setLevel(logging.WARNING)
    yield known
    known.setLevel(logging.NOTSET)


def test_loggers_are_as_they_were(logger: logging.Logger) -> None:
    """Handlers, filters and levels of a load are gone, also those of a new logger."""
    old = logging.NullHandler()
    logger.addHandler(old)
    with settings.kept():
        added = logging.getLogger("tests.of.settings.new")
        for changed in (logger, added, logging.getLogger()):
            changed.addHandler(logging.NullHandler())
            changed.addFilter(lambda record: False)
            changed.setLevel(logging.DEBUG)
            changed.disabled = True
        assert logger.level == logging.DEBUG
        old.setLevel(logging.CRITICAL)
        old.setFormatter(logging.Formatter("%(message)s"))
        old.addFilter(lambda record: False)
        logger.removeHandler(old)
        logging.disable(logging.ERROR)
        logging.raiseExceptions = False
        logging.setLogRecordFactory(lambda *a, **k: logging.LogRecord(*a, **k))
    assert (logger.handlers, logger.filters, logger.level) == ([old], [], logging.WARNING)
    assert (added.handlers, added.filters, added.level) == ([], [], logging.NOTSET)
    assert not logging.getLogger().filters
    assert not logger.disabled
    assert not added.disabled
    assert (old.level, old.formatter, old.filters) == (logging.NOTSET, None, [])
    assert logging.root.manager.disable == logging.NOTSET
    assert logging.raiseExceptions
    assert logging.getLogRecordFactory() is logging.LogRecord
    assert logger.isEnabledFor(logging.WARNING)
    assert not logger.isEnabledFor(logging.INFO)
    logger.removeHandler(old)


def test_the_environment_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that a load sets, changes or removes."""
    monkeypatch.setenv("AWAITLINGS_A", "1")
    monkeypatch.setenv("AWAITLINGS_B", "1")
    with settings.kept():
        os.environ["AWAITLINGS_A"] = os.environ["AWAITLINGS_C"] = "2"
        del os.environ["AWAITLINGS_B"]
    kept = {name: value for name, value in os.environ.items() if name[:-1] == "AWAITLINGS_"}
    assert kept == {"AWAITLINGS_A": "1", "AWAITLINGS_B": "1"}
