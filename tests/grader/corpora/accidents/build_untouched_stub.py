# exercise: checkout
# status: not_started
# points: 0
# says: not started: checkout() still raises NotImplementedError
"""The file as it was handed out."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]


def build(path: Path) -> None:
    path.write_bytes((ROOT / "tests/exercises/06_checkout/stub.py").read_bytes())
