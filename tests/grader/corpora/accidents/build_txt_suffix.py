# exercise: checkout
# status: missing
# points: 0
# says: checkout.py not found; did you mean to rename checkout.py.txt?
"""An editor on Windows added its suffix."""

from pathlib import Path


def build(path: Path) -> None:
    path.with_name(f"{path.name}.txt").write_text("x = 1\n")
