"""The README's pictures: current, and with nothing to load."""

import html
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from grader.course import folders

ROOT = folders.find_root(Path(__file__).parent)
PICTURES = ROOT / "tests" / "pictures"
ROW = re.compile(r'<text class="([^"]*)" x="[^"]*" y="([^"]*)"[^>]*>(.*?)</text>')


@pytest.fixture(scope="module")
def draw() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw", PICTURES / "draw.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(svg: str) -> list[str]:
    """The lines of text in a picture, title first."""
    found: dict[str, str] = {}
    for _, y, text in ROW.findall(svg):
        found[y] = found.get(y, "") + html.unescape(text).replace("\xa0", " ")
    return [text.rstrip() for text in found.values()]


@pytest.mark.usefixtures("examined")
@pytest.mark.parametrize("name", ["failing.svg", "passing.svg"])
def test_a_picture_is_current(name: str, draw: ModuleType) -> None:
    """It shows what the command prints now; `python tests/pictures/draw.py` draws it anew."""
    kept = (PICTURES / name).read_text(encoding="utf-8")
    assert rows(kept) == rows(draw.picture(name))
    assert len(rows(kept)) > 10


@pytest.mark.parametrize("name", ["failing.svg", "passing.svg"])
def test_a_picture_loads_nothing(name: str) -> None:
    """No font, script or image comes from elsewhere: it is whole as it is."""
    kept = (PICTURES / name).read_text(encoding="utf-8")
    assert re.findall(r"https?:[^\"']*", kept) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@font-face|@import|<script|<image|href", kept)


def test_the_readme_shows_them(draw: ModuleType) -> None:
    """Each picture stands in the README, with words for who cannot see it."""
    shown = dict(re.findall(r"!\[([^\]]+)\]\((\S+)\)", (ROOT / "README.md").read_text()))
    assert set(draw.SHOTS) == {path.removeprefix("tests/pictures/") for path in shown.values()}
    assert all(len(words) > 40 for words in shown)
