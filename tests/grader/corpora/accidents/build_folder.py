# exercise: checkout
# status: broken
# points: 0
# says: is a folder: it should be a Python file
"""A folder where the file should be."""

from pathlib import Path


def build(path: Path) -> None:
    path.mkdir()
