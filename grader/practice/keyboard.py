"""The terminal while watch has it: one key at a time, the other screen, given back whole.

Windows has no termios: there, `msvcrt` is asked for keys many times a second.
"""

import contextlib
import os
import re
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from grader.practice.inbox import Inbox, Redraw

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
POSIX = os.name == "posix"
WINDOWS_POLL_REAL_SECONDS = 0.03
DEADLY = ("SIGTERM", "SIGHUP")


def can_be_used() -> bool:
    """Is there a terminal that watch can take over."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


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
        if POSIX:
            import termios

            self._attributes = termios.tcgetattr(sys.stdin)
            self._handle("SIGWINCH", lambda *_: self._inbox.put(Redraw()))
            self._handle("SIGTSTP", self._suspend)
            self._handle("SIGCONT", self._continue)
            for name in DEADLY:
                self._handle(name, end)
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
        if not POSIX:
            return self._wait_on_windows(real_seconds)
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

    def _wait_on_windows(self, real_seconds: float | None) -> list[str]:
        import msvcrt

        console: Any = msvcrt  # its functions are known to a type checker on Windows only
        end = None if real_seconds is None else time.monotonic() + real_seconds
        while end is None or time.monotonic() < end:
            if console.kbhit():
                return keys(console.getwch())
            if select.select([self._inbox], [], [], WINDOWS_POLL_REAL_SECONDS)[0]:
                break
        return []

    @contextlib.contextmanager
    def lent(self) -> Iterator[None]:
        """Another program has the terminal meanwhile; its keys are not ours."""
        self._give_back()
        names = ("SIGTSTP", "SIGCONT", "SIGWINCH")
        before = {name: self._set(name, signal.SIG_DFL) for name in names}
        # A handler, for a program would inherit that the signal is ignored.
        before["SIGINT"] = self._set("SIGINT", lambda *_: None)
        try:
            yield
        finally:
            for name, handler in before.items():
                self._set(name, handler)
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
        if POSIX:
            import tty

            tty.setcbreak(sys.stdin)
        self.write(ENTER_SCREEN)

    def _give_back(self) -> None:
        with contextlib.suppress(Closed):
            self.write(LEAVE_SCREEN)
        if self._attributes is not None:
            import termios

            with contextlib.suppress(termios.error):
                termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._attributes)

    def _handle(self, name: str, handler: Callable[[int, FrameType | None], object]) -> None:
        before = self._set(name, handler)
        self._handlers[getattr(signal, name)] = before

    @staticmethod
    def _set(name: str, handler: Any) -> Any:
        number = getattr(signal, name, None)
        return None if number is None else signal.signal(number, handler)

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
