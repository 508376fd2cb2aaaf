# exercise: checkout
# status: passed
# points: 7
"""A byte order mark and Windows' line ends."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]


def build(path: Path) -> None:
    text = (ROOT / "solutions/06_checkout/checkout.py").read_text(encoding="utf-8")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
