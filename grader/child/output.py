"""What an answer prints, kept for its author: the first 64 kB of each test, the rest counted.

It stays in the child's memory until the test has failed, so that a flood costs no disk, holds
no pipe up, and a verdict never depends on it.
"""

import io
import sys
import traceback
from typing import Any

from grader.model.events import MOST_PRINTED


class Printed(io.RawIOBase):
    """Keeps the first MOST_PRINTED bytes that are written to it."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._more = 0

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """Where a program that the answer starts would write: to nothing."""
        return 1

    def write(self, data: object) -> int:
        view = memoryview(data).cast("B")  # type: ignore[arg-type]
        room = MOST_PRINTED - len(self._kept)
        self._kept += view[:room]
        self._more += max(0, len(view) - room)
        return len(view)

    @property
    def text(self) -> str:
        """What was kept, with a note when there was more."""
        text = self._kept.decode("utf-8", "replace")
        return f"{text}\n(cut at 64 kB: {self._more} more bytes)" if self._more else text


_now = Printed()


def begin() -> None:
    """From now on the streams begin afresh; what was replaced is put back."""
    global _now
    _now = Printed()
    # Like Python's own unbuffered streams: text goes through at once.
    stream = io.TextIOWrapper(_now, "utf-8", "backslashreplace", write_through=True)  # type: ignore[type-var]
    sys.stdout = sys.stderr = stream
    sys.unraisablehook = _ignored


def _ignored(unraisable: Any) -> None:
    """As Python's own hook, which compiles the failing line as if the answer did so."""
    try:
        where = repr(unraisable.object)
    except Exception:
        where = object.__repr__(unraisable.object)
    lines = traceback.format_exception(unraisable.exc_value)
    sys.stderr.write(f"{unraisable.err_msg or 'Exception ignored in'}: {where}\n{''.join(lines)}")


def text() -> str:
    """What was printed since `begin`."""
    return _now.text
