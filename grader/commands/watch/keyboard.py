"""The terminal while watch has it: one key at a time, the other screen, given back whole."""

import contextlib
import importlib
import os
import re
import select
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from grader.commands.watch.inbox import Inbox, Redraw
from grader.system import HAS_POSIX

unix: Any = signal
"""Typed as Any: Windows has neither these signals nor the two modules, and watch no keys there."""
termios: Any = None
tty: Any = None
with contextlib.suppress(ImportError):
    termios, tty = map(importlib.import_module, ("termios", "tty"))

ENTER_SCREEN = "\x1b[?1049h\x1b[?25l\x1b[2J"
LEAVE_SCREEN = "\x1b[?25h\x1b[?1049l"
KEY = re.compile(r"\x1b[\[O][0-9;]*[A-Za-z~]|\x1b|.", re.DOTALL)
NAMES = {
    "\x1b[A": "up",
    "\x1bOA": "up",
    "\x1b[B": "down",
    "\x1bOB": "down",
    "\x1b[5~": "page up",
    "\x1b[6~": "page down",
    " ": "page down",
    "\r": "enter",
    "\n": "enter",
    "\x1b": "escape",
    "\x7f": "backspace",
    "\x08": "backspace",
    "\x04": "q",
}
"""What a terminal sends -> the key; other characters name themselves."""


def can_be_used() -> bool:
    """Is there a terminal that watch can take over."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return HAS_POSIX and is_terminal and os.environ.get("TERM") != "dumb"


def keys(data: str) -> list[str]:
    """The keys that a terminal told of, in order."""
    found = []
    for text in KEY.findall(data):
        if text in NAMES:
            found.append(NAMES[text])
        elif text.isprintable():
            found.append(text.lower())
    return found


class Closed(Exception):  # noqa: N818 - it names what happened
    """The terminal is gone."""


class Keyboard:
    """Use as a context manager: on leaving, the terminal is as it was."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._attributes: Any = None
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> "Keyboard":
        self._attributes = termios.tcgetattr(sys.stdin)
        self._handle(unix.SIGWINCH, lambda *_: self._inbox.put(Redraw()))
        self._handle(unix.SIGTSTP, self._suspend)
        self._handle(unix.SIGCONT, self._continue)
        for number in (unix.SIGTERM, unix.SIGHUP):
            self._handle(number, end)
        self._take()
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def wait(self, real_seconds: float | None = None) -> list[str]:
        """The keys pressed, as soon as there is one; none when the inbox rings first.

        Raises Closed when the terminal is gone.
        """
        ready, _, _ = select.select([sys.stdin, self._inbox], [], [], real_seconds)
        if sys.stdin not in ready:
            return []
        try:
            data = os.read(sys.stdin.fileno(), 1024)
        except OSError as error:
            raise Closed from error
        if not data:
            raise Closed
        return keys(data.decode("utf-8", "ignore"))

    @contextlib.contextmanager
    def lent(self) -> Iterator[None]:
        """Another program has the terminal meanwhile; its keys are not ours."""
        self._give_back()
        numbers = (unix.SIGTSTP, unix.SIGCONT, unix.SIGWINCH)
        before = {number: signal.signal(number, signal.SIG_DFL) for number in numbers}
        # A handler and not SIG_IGN: a program that we start (an editor) would inherit SIG_IGN.
        before[signal.SIGINT] = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self._take()
            self._inbox.put(Redraw())

    def write(self, text: str) -> None:
        """Raises Closed when the terminal is gone."""
        # Not through sys.stdout: a signal handler may write in the middle of a write.
        data = text.encode(sys.stdout.encoding, "replace")
        try:
            while data:
                data = data[os.write(sys.stdout.fileno(), data) :]
        except OSError as error:
            raise Closed from error

    def _take(self) -> None:
        tty.setcbreak(sys.stdin)
        self.write(ENTER_SCREEN)

    def _give_back(self) -> None:
        with contextlib.suppress(Closed):
            self.write(LEAVE_SCREEN)
        with contextlib.suppress(termios.error):
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._attributes)

    def _handle(
        self, number: signal.Signals, handler: Callable[[int, FrameType | None], object]
    ) -> None:
        self._handlers[number] = signal.signal(number, handler)

    def _suspend(self, number: int, _frame: FrameType | None) -> None:
        """Ctrl-Z: give the terminal back, then stop as every other program does."""
        self._give_back()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
        signal.signal(number, self._suspend)
        self._continue()

    def _continue(self, *_: object) -> None:
        self._take()
        self._inbox.put(Redraw())


def end(number: int, _frame: FrameType | None) -> None:
    """A signal handler that ends the program, its `finally` blocks included."""
    raise SystemExit(128 + number)
