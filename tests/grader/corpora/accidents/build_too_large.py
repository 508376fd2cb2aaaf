# exercise: checkout
# status: broken
# points: 0
# says: an answer has at most 256 kB
"""A data file pasted into the answer."""

from pathlib import Path


def build(path: Path) -> None:
    path.write_text("x = 1  # data\n" * 25_000)
