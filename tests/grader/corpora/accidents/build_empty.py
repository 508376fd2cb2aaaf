# exercise: checkout
# status: broken
# points: 0
# says: is empty
"""Emptied by accident."""

from pathlib import Path


def build(path: Path) -> None:
    path.write_bytes(b"\n\n")
