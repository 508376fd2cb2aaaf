"""Colours: each can be seen on a dark and on a white ground, and none says a thing alone."""

import pytest

from grader.reports.picture import FANCY, PLAIN
from grader.reports.terminal import PAINT, SIGNS, STROKES

PALETTES = {
    "VS Code Dark": ("#1e1e1e", {"red": "#cd3131", "blue": "#2472c8", "magenta": "#bc3fbc"}),
    "Solarized Dark": ("#002b36", {"red": "#dc322f", "blue": "#268bd2", "magenta": "#d33682"}),
    "xterm on white": ("#ffffff", {"red": "#cd0000", "blue": "#0000ee", "magenta": "#cd00cd"}),
}
"""The grounds, and what stands there for the colours that pictures use."""
LEAST = 3.0
"""Contrast that WCAG 2.2 (1.4.11) asks for graphics."""


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", PALETTES)
def test_each_stroke_can_be_seen(name: str) -> None:
    """Every colour of a picture has the contrast that graphics need."""
    ground, colours = PALETTES[name]
    used = {style.removeprefix("bold ") for style in PAINT.values()} - {"dim", "bold"}
    assert used <= colours.keys()
    assert {colour: contrast(colours[colour], ground) for colour in used} == pytest.approx(
        {colour: max(LEAST, contrast(colours[colour], ground)) for colour in used}
    )


def test_no_colour_says_it_alone() -> None:
    """Each pen has a character of its own, in both alphabets, as each sign has."""
    for pens in (FANCY, PLAIN):
        assert len(set(pens.values())) == len(pens)
    states = ("passed", "failed", "not_started", "skipped", "missing")
    assert len({SIGNS[state][0] for state in states}) == len(states)


def test_no_word_below_the_bars_is_painted() -> None:
    """A stroke is no letter and no figure, nor the point in one."""
    assert [stroke for stroke in STROKES if stroke.isalnum() or stroke in ".,"] == []
