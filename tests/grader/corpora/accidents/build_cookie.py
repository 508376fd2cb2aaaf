# exercise: checkout
# status: passed
# points: 7
"""A coding cookie of 1995, with the bytes that it promises."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]


def build(path: Path) -> None:
    text = (ROOT / "solutions/06_checkout/checkout.py").read_text(encoding="utf-8")
    path.write_bytes(f"# coding: cp1251\n{text}\nname = 'Привет'\n".encode("cp1251"))
