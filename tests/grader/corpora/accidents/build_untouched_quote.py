# exercise: await_the_quote
# status: not_started
# points: 0
# says: not started: get_quote() still raises NotImplementedError
"""The file as it was handed out."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]


def build(path: Path) -> None:
    path.write_bytes((ROOT / "tests/exercises/01_await_the_quote/stub.py").read_bytes())
