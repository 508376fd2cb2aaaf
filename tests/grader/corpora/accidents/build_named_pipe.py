# exercise: checkout
# status: broken
# points: 0
# says: is not a regular file
"""A named pipe, which nobody writes to: whoever opens it and waits, waits for ever."""

import os
from pathlib import Path


def build(path: Path) -> None:
    os.mkfifo(path)
