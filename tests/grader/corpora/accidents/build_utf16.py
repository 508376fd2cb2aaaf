# exercise: checkout
# status: broken
# points: 0
# says: has NUL bytes: save it as UTF-8, not as UTF-16
"""Saved as UTF-16 by an editor on Windows."""

from pathlib import Path


def build(path: Path) -> None:
    path.write_text("x = 1\n", encoding="utf-16")
