"""`logs`: what the answer logs, each line at its moment on the test's clock."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from grader.model.checks import LogCheck
from grader.security import seals
from grader.suite.checks import CheckFailed
from grader.trace import lines
from grader.trace.circumstance import counted
from grader.trace.recorder import Recorder
from grader.wording import count

_handle = logging.Logger.handle
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has; the rest was given as `extra`."""


@dataclass(frozen=True)
class Entry:
    """One line of the log: its moment, its level as a name and as a number, its text, the exception
    that it carries, the answer's line that logged it, what was given as `extra`, and the line that
    called the function which logged it, where the answer has one."""

    at: float
    level: str
    severity: int
    text: str
    error: BaseException | None
    line: int
    extra: dict[str, Any]
    caller: int | None = None


class Logs:
    """What the answer's own code logs, through whichever logger; `lines` are all, in order.

        error = RuntimeError("no ink")
        fake("print_label", raises=error, background=True)
        await client.post("/orders")
        await clock.sleep(1.0)
        logs.told_once(error)

    A logger that has no level of its own takes INFO and what is graver.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.lines: list[Entry] = []
        recorder.on_begin_again.append(self.lines.clear)

    def of(self, error: BaseException, severity: int = logging.WARNING) -> list[Entry]:
        """The lines, from WARNING on, that carry `error`, or what came of it, or its text."""
        text = lines.text_of(error)
        return [
            entry
            for entry in self.lines
            if entry.severity >= severity
            and (
                any(error is each for each in lines.origins(entry.error))
                or (text and text in f"{entry.text} {entry.error}")
            )
        ]

    def told_once(self, error: BaseException) -> None:
        """Exactly one line, from WARNING on, tells of `error`. Raises CheckFailed of kind `log`."""
        told = self.of(error)
        quiet = [] if told else self.of(error, logging.NOTSET)
        if len(told) != 1:
            raise CheckFailed(
                LogCheck(
                    expected="one line in the log that tells of it",
                    actual=count(len(told), "line"),
                    error=f"{type(error).__name__}: {lines.text_of(error)}",
                    told=len(told),
                    level=quiet[-1].level if quiet else "",
                    line=next((entry.line for entry in reversed(told or quiet)), None),
                )
            )

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Note what is logged until the block ends."""

        def handle(logger: logging.Logger, record: logging.LogRecord) -> None:
            self._note(record)
            _handle(logger, record)

        level = logging.root.level
        logging.root.setLevel(logging.INFO)
        try:
            with seals.put(logging.Logger, "handle", handle):
                yield
        finally:
            logging.root.setLevel(level)

    def _note(self, record: logging.LogRecord) -> None:
        if record.pathname != self._recorder.file or not counted():
            return
        self.lines.append(
            Entry(
                float(self._recorder.clock.now()),
                record.levelname,
                record.levelno,
                record.getMessage(),
                record.exc_info[1] if record.exc_info else None,
                record.lineno,
                {key: value for key, value in vars(record).items() if key not in _USUAL},
                _caller(record, sys._getframe(1)),
            )
        )


def _caller(record: logging.LogRecord, frame: FrameType | None) -> int | None:
    """The line that called the function in which `record` was logged, in the same file."""
    logged = False
    while frame is not None:
        if frame.f_code.co_filename == record.pathname:
            if logged:
                return frame.f_lineno
            logged = True
        frame = frame.f_back
    return None
