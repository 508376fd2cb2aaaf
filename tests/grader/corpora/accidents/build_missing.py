# exercise: checkout
# status: missing
# points: 0
# says: checkout.py not found: `grader reset
"""The file was deleted."""

from pathlib import Path


def build(path: Path) -> None:
    assert not path.exists()
