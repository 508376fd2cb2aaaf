"""The pages of `grader explain`: one for each diagnosis, and their programs print what they say."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import grader.diagnosis
from grader.diagnosis import IDS

PAGES = Path(grader.diagnosis.__file__).parent / "pages"
SECTIONS = [
    "The misconception",
    "An example",
    "Repaired",
    "In production",
    "Read on",
]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str


def page(id: str) -> str:
    return (PAGES / f"{id}.md").read_text(encoding="utf-8")


def prose(text: str) -> str:
    """The page without its fenced blocks and its inline code."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def sections(text: str) -> dict[str, str]:
    """What stands under each `## heading`; no line of a program here looks like one."""
    parts = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(text: str) -> list[Block]:
    return [Block(*found) for found in FENCE.findall(text)]


def programs() -> list[Any]:
    """Each program of each page and the text that should come out of it."""
    found = []
    for path in sorted(PAGES.glob("*.md")):
        for heading, text in sections(path.read_text(encoding="utf-8")).items():
            inside = blocks(text)
            for program, output in pairwise(inside):
                if (program.language, output.language) == ("python", "text"):
                    name = f"{path.stem}: {heading}"
                    found.append(pytest.param(name, program.text, output.text, id=name))
    return found


def test_every_diagnosis_has_its_page() -> None:
    """Each id has a page, and there is no page, and no other file, beside them."""
    assert {path.name for path in PAGES.iterdir()} == {f"{id}.md" for id in IDS}


@pytest.mark.parametrize("id", IDS)
def test_headings_stand_in_order(id: str) -> None:
    """A page is titled with its id, says in one sentence what it means, and has five sections."""
    text = page(id)
    headings = re.findall(r"^#.*", FENCE.sub("", text), re.MULTILINE)
    assert headings == [f"# {id}", *(f"## {section}" for section in SECTIONS)]
    first = text.partition("\n## ")[0].removeprefix(f"# {id}\n").strip()
    assert re.fullmatch(r"[A-Z][^.]*\.", first), first


@pytest.mark.parametrize("id", IDS)
def test_a_page_is_short(id: str) -> None:
    """A page has 120 to 260 words, its programs included."""
    words = [word for word in page(id).split() if re.search(r"\w", word)]
    assert 120 <= len(words) <= 260


@pytest.mark.parametrize("id", IDS)
def test_a_page_speaks_plainly(id: str) -> None:
    """No exclamation mark, no bold, no address of a web page."""
    assert not re.search(r"!|\*\*|__|https?:", prose(page(id)))


@pytest.mark.parametrize("id", IDS)
def test_example_and_repair_are_whole(id: str) -> None:
    """Both sections have one program and its output, and the two outputs differ."""
    parts = sections(page(id))
    pairs = {heading: blocks(parts[heading]) for heading in ("An example", "Repaired")}
    for pair in pairs.values():
        assert [block.language for block in pair] == ["python", "text"]
    assert pairs["An example"][1] != pairs["Repaired"][1]
    assert len(blocks(page(id))) == 4


@pytest.mark.parametrize(("name", "source", "output"), programs())
def test_a_program_prints_its_text(
    name: str, source: str, output: str, run_program: Callable[[str, str], str]
) -> None:
    """A page's program, run on the virtual clock, prints exactly the text that follows it."""
    assert run_program(name, source) == output
