# exercise: checkout
# status: broken
# points: 0
# says: is a symbolic link: put the file itself there
"""A link to a file kept elsewhere."""

from pathlib import Path


def build(path: Path) -> None:
    path.symlink_to("elsewhere.py")
