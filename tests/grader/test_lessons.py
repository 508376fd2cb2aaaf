"""The lessons, the map and the chapters' pages: their form, their links, programs and figures."""

import ast
import re
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest

from grader.course import exercises as course
from grader.course import folders
from grader.course.exercises import Exercise

ROOT = folders.find_root(Path(__file__).parent)
EXERCISES = sorted(course.load(ROOT).exercises, key=lambda exercise: exercise.number)
CHAPTERS = {
    chapter: list(exercises)
    for chapter, exercises in groupby(EXERCISES, lambda exercise: exercise.settings.chapter)
}
MAP = ROOT / "exercises" / "README.md"
CHAPTER_PAGES = ROOT / "exercises" / "chapters"
LESSON = ["Predict", "The picture", "An example"]
"""The sections that are read before the task; with the story above them, they are the lesson."""
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
FIGURES = re.compile(r"((?:\d+\.\d+(?:, | and | or ))*\d+(?:\.\d+)?) (?:s|seconds?)\b")
"""What is said to be seconds: `1.0 s`, `15 s`, `0.1, 0.2 and 0.4 s`."""

one_by_one = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.folder)


def page_of(chapter: str) -> Path:
    return CHAPTER_PAGES / f"{chapter.lower().replace(' ', '_')}.md"


def pages() -> list[Path]:
    """Everything that a learner reads in exercises/."""
    return [MAP, *map(page_of, CHAPTERS), *(exercise.lesson for exercise in EXERCISES)]


every_page = pytest.mark.parametrize(
    "page", pages(), ids=lambda page: str(page.relative_to(ROOT / "exercises"))
)


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(text: str) -> str:
    """A page without its fenced blocks and its inline code."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def headings(text: str) -> list[str]:
    """Every heading, with its marks; a comment in a program is none."""
    return re.findall(r"^#.*", FENCE.sub("", text), re.MULTILINE)


def sections(text: str) -> dict[str, str]:
    """What stands under each `## heading`; no line of a program here looks like one."""
    parts = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def words(text: str) -> int:
    """What a reader reads as words: a bar of a timeline is none."""
    return sum(bool(re.search(r"\w", part)) for part in text.split())


def links(text: str) -> list[str]:
    return [target for _, target in LINK.findall(FENCE.sub("", text))]


def seconds(text: str) -> set[float]:
    """The figures of a text that are said to be seconds."""
    groups = FIGURES.findall(" ".join(text.split()))
    return {float(figure) for group in groups for figure in re.findall(r"[\d.]+", group)}


def seconds_in(source: str) -> set[float]:
    """The figures of a suite: numbers with a point, and what its docstrings call seconds.

    A suite writes durations with a point and counts without one, so a count of fifty
    visitors does not vouch for "50 s".
    """
    found: set[float] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.add(node.value)
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef | ast.Module):
            found |= seconds(ast.get_docstring(node) or "")
    return found


def test_figures_are_told_from_counts() -> None:
    """What is followed by a unit is seconds, a list of such figures too; a count is not."""
    task = "40 threads, 0.6 s; 0.1, 0.2 and 0.4 s; 15\ns; one of 2 seconds; 0.9 of 50 visitors"
    assert seconds(task) == {0.6, 0.1, 0.2, 0.4, 15, 2}
    suite = 'def test():\n    """It takes\n    3 s."""\n    takes(1.5, of=40)\n'
    assert seconds_in(suite) == {3, 1.5}


@one_by_one
def test_headings_stand_in_order(exercise: Exercise) -> None:
    """A lesson is titled like its exercise, and has its five sections in order."""
    expected = [*(f"## {name}" for name in LESSON), "## Task", "## After passing"]
    assert headings(read(exercise.lesson)) == [f"# {exercise.settings.title}", *expected]


@one_by_one
def test_a_lesson_is_short(exercise: Exercise) -> None:
    """300 to 500 words up to the task, programs and pictures included, 150 to 250 in the task.

    No tolerance: every word a reader meets counts, and the bounds are wide enough for that.
    """
    parts = sections(read(exercise.lesson))
    lesson = "".join(parts[name] for name in ("", *LESSON))
    assert 300 <= words(lesson) <= 500
    assert 150 <= words(parts["Task"]) <= 250


@one_by_one
def test_a_prediction_is_asked_for(exercise: Exercise) -> None:
    """The section Predict has a question in it, and the picture is drawn."""
    parts = sections(read(exercise.lesson))
    assert "?" in parts["Predict"]
    assert "text" in [language for language, _ in FENCE.findall(parts["The picture"])]


@pytest.mark.parametrize(
    "exercise",
    [exercise for exercise in EXERCISES if exercise.settings.measured],
    ids=lambda exercise: exercise.folder,
)
def test_a_figure_to_predict_is_the_pictures(exercise: Exercise) -> None:
    """The picture has what is shown beside a prediction, and the suite has its seconds."""
    parts, measured = sections(read(exercise.lesson)), exercise.settings.measured
    assert parts["Predict"].count("?") == 1
    said = {"20": "twenty", "50": "fifty"}.get(measured, measured)
    assert re.search(rf"\b{re.escape(said)}\b", parts["The picture"].lower())
    assert seconds(measured) - seconds_in(read(exercise.suite)) == set()


@one_by_one
def test_an_example_prints_its_text(
    exercise: Exercise, run_program: Callable[[str, str], str]
) -> None:
    """The example, run on the virtual clock, prints exactly the text that follows it."""
    blocks = FENCE.findall(sections(read(exercise.lesson))["An example"])
    assert [language for language, _ in blocks] == ["python", "text"]
    (_, source), (_, output) = blocks
    assert run_program(f"{exercise.folder}: An example", source) == output


@one_by_one
def test_the_task_states_the_suites_figures(exercise: Exercise) -> None:
    """Every number of seconds in the task is one of the suite's."""
    stated = seconds(sections(read(exercise.lesson))["Task"])
    assert stated, "a task names its figures"
    assert stated - seconds_in(read(exercise.suite)) == set()


@one_by_one
def test_the_task_states_the_points(exercise: Exercise) -> None:
    """A check worth more than a point says so in the task, as the suite has it; no other does."""
    stated = re.findall(r"\((\d+) points?\)", sections(read(exercise.lesson))["Task"])
    worth = [str(test.points) for test in exercise.tests if test.points > 1]
    assert sorted(stated) == sorted(worth)


@one_by_one
def test_hints_differ(exercise: Exercise) -> None:
    """There are three hints, each of them a sentence or more and none like another."""
    hints = exercise.settings.hints
    assert len(set(hints)) == len(hints) == 3
    assert all(re.fullmatch(r"\S.{20,}[.?]", hint) for hint in hints)


@every_page
def test_a_page_speaks_plainly(page: Path) -> None:
    """No exclamation mark, not even in what a program prints, and no bold."""
    text = read(page)
    assert not re.search(r"!(?!=|r})", text)  # `a != b` and `{a!r}` are code
    assert not re.search(r"\*\*|__", prose(text))


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    """Every link of a page leads to a file or folder of the repository."""
    assert [link for link in links(read(page)) if not (page.parent / link).exists()] == []


def test_the_map_is_short() -> None:
    """Beside its tables and a line for each exercise, the map has fewer than 540 words."""
    assert words(re.sub(r"^(- \d\d \[|\|).*\n", "", read(MAP), flags=re.MULTILINE)) < 540


def test_the_map_names_every_exercise() -> None:
    """The map links every exercise, in order and once, and no other."""
    folders = [
        link
        for link in links(read(MAP))
        if not link.startswith(("chapters/", "examined", "afterwards"))
    ]
    assert folders == [exercise.folder for exercise in EXERCISES]


@one_by_one
def test_the_map_says_what_it_teaches(exercise: Exercise) -> None:
    """An exercise's line of the map has its number, its slug and what exercise.toml says."""
    name = f"{exercise.number:02} [{exercise.slug}]({exercise.folder})"
    assert f"- {name}: {exercise.settings.teaches}" in read(MAP).splitlines()


def test_the_map_has_the_chapters_in_order() -> None:
    """The map has a section for each chapter, in order, whose heading links to its page."""
    chapters = [name for name in sections(read(MAP)) if name[:1].isdecimal()]
    expected = [(chapter, page_of(chapter).relative_to(MAP.parent)) for chapter in CHAPTERS]
    assert chapters == [f"{n} [{name}]({page})" for n, (name, page) in enumerate(expected, 1)]


def test_every_chapter_has_its_page() -> None:
    """Each chapter has a page, and there is no page, and no other file, beside them."""
    assert set(CHAPTER_PAGES.iterdir()) == {page_of(chapter) for chapter in CHAPTERS}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapters_page(chapter: str) -> None:
    """It is titled with its chapter, has 120 to 220 words, and names the chapter's exercises."""
    text = read(page_of(chapter))
    assert headings(text)[0] == f"# {chapter}"
    assert 120 <= words(text) <= 220
    listed = re.findall(r"^- \[(\w+)\]\(\.\./(\w+)\): ", text, re.MULTILINE)
    assert listed == [(exercise.slug, exercise.folder) for exercise in CHAPTERS[chapter]]
