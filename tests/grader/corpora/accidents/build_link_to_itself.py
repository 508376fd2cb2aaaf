# exercise: checkout
# status: broken
# points: 0
# says: is a symbolic link
"""The file is a link to itself: whoever followed it would go round for ever."""

from pathlib import Path


def build(path: Path) -> None:
    path.symlink_to(path.name)
