"""What an answer prints, kept for its author: the first 64 kB of each test, the rest counted.

Each line begins with the moment at which it was printed: `1.0 s | done`.

It stays in the child's memory until the test has failed: a flood fills neither disk nor pipe, and
no verdict depends on it.
"""

import io
import os
import re
import sys

from grader.clock import current
from grader.clock.stacks import GRADER
from grader.model.events import MAX_PRINTED
from grader.wording import seconds

STEP = re.compile(
    rf'^((?:[\d.,]+ s \| )?)([ |]*)File "{re.escape(GRADER + os.sep)}.*\n(?:(?:\1)?\2  .*\n?)*',
    re.MULTILINE,
)
"""A step of a traceback that lies in the grader, with the source lines below it."""


class Printed(io.RawIOBase):
    """Keeps the first MAX_PRINTED bytes that are written to it."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._more = 0

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """For programs that the answer starts: descriptor 1, which is /dev/null in a child."""
        return 1

    def write(self, data: object) -> int:
        view = memoryview(data).cast("B")  # type: ignore[arg-type]
        room = MAX_PRINTED - len(self._kept)
        self._kept += self._stamped(bytes(view[:room]))[:room]
        self._more += max(0, len(view) - room)
        return len(view)

    def _stamped(self, data: bytes) -> bytes:
        """Each line with the moment at which it was begun, where there is a clock."""
        clock = current()
        if clock is None:
            return data
        lines = data.splitlines(keepends=True)
        stamp = f"{seconds(clock.now())} | ".encode()
        begun = bool(self._kept) and not self._kept.endswith(b"\n")
        return b"".join(
            line if index == 0 and begun else stamp + line for index, line in enumerate(lines)
        )

    @property
    def text(self) -> str:
        """What was kept, with a note when there was more; tracebacks without the grader's steps."""
        text = STEP.sub("", self._kept.decode("utf-8", "replace"))
        return f"{text}\n(cut at 64 kB: {self._more} more bytes)" if self._more else text


_now = Printed()


def begin() -> None:
    """Put fresh streams there, also where an answer has replaced or closed them."""
    global _now
    _now = Printed()
    # As with `python -u`: text goes through at once.
    stream = io.TextIOWrapper(_now, "utf-8", "backslashreplace", write_through=True)  # type: ignore[type-var]
    sys.stdout = sys.stderr = stream
    sys.unraisablehook = sys.__unraisablehook__


def text() -> str:
    """What was printed since `begin`."""
    return _now.text
