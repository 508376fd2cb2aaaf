# exercise: checkout
# status: broken
# points: 0
# says: is not UTF-8 (line 2): save it as UTF-8
"""Saved as Latin-1."""

from pathlib import Path


def build(path: Path) -> None:
    path.write_bytes("x = 1\nname = 'José'\n".encode("latin-1"))
