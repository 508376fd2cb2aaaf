"""What an answer's load sets in the whole process, put back before the next load.

A restarted server begins with fresh loggers and the environment of its shell. Our loads share
one process: without this, a handler of the first test would hear the log of the next, too.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

OF_LOGGERS = ("level", "propagate", "disabled")
OF_HANDLERS = ("level", "formatter")
OF_LOGGING = ("_loggerClass", "_logRecordFactory", "lastResort", "raiseExceptions")


class Settings(NamedTuple):
    """Of each logger and handler its attributes and lists, and the rest of what is put back."""

    logging: dict[str, Any]
    manager_disables: int
    loggers: dict[logging.Logger, tuple[dict[str, Any], list[Any], list[Any]]]
    handlers: dict[logging.Handler, tuple[dict[str, Any], list[Any]]]
    environment: dict[str, str]


def now() -> Settings:
    """The process's settings at this moment."""
    loggers = {
        logger: (_values(logger, OF_LOGGERS), _own(logger.handlers), logger.filters[:])
        for logger in _loggers()
    }
    known = {handler for _, handlers, _ in loggers.values() for handler in handlers}
    if logging.lastResort is not None:
        known.add(logging.lastResort)
    return Settings(
        _values(logging, OF_LOGGING),
        logging.root.manager.disable,
        loggers,
        {handler: (_values(handler, OF_HANDLERS), handler.filters[:]) for handler in known},
        dict(os.environ),
    )


def restore(settings: Settings) -> None:
    """Put them back; a logger that has come meanwhile becomes as good as new."""
    vars(logging).update(settings.logging)
    logging.root.manager.disable = settings.manager_disables
    new = {"level": logging.NOTSET, "propagate": True, "disabled": False}
    for logger in _loggers():
        values, handlers, filters = settings.loggers.get(logger, (new, [], []))
        vars(logger).update(values)
        logger.filters[:] = filters
        of_pytest = [handler for handler in logger.handlers if handler not in _own(logger.handlers)]
        logger.handlers[:] = [*of_pytest, *handlers]
    for handler, (values, filters) in settings.handlers.items():
        vars(handler).update(values)
        handler.filters[:] = filters
    logging.root.manager._clear_cache()  # type: ignore[attr-defined]  # of isEnabledFor
    if dict(os.environ) != settings.environment:
        os.environ.clear()
        os.environ.update(settings.environment)


@contextmanager
def kept() -> Iterator[None]:
    """After the block they are what they were before it."""
    before = now()
    try:
        yield
    finally:
        restore(before)


def _loggers() -> list[logging.Logger]:
    known = logging.root.manager.loggerDict.values()
    return [logging.root, *(logger for logger in known if isinstance(logger, logging.Logger))]


def _own(handlers: list[logging.Handler]) -> list[logging.Handler]:
    """Without pytest's: it adds and removes them around each phase of a test."""
    return [handler for handler in handlers if not type(handler).__module__.startswith("_pytest")]


def _values(thing: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: vars(thing)[name] for name in names}
