"""A lesson's Markdown as sections of HTML: our own text, and never an answer's."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from grader.commands import lesson
from grader.course.exercises import Course, Exercise
from grader.course.folders import FOLDER

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
AT_TASK = (lesson.TASK,)
"""What stays open once a learner has begun."""


@dataclass(frozen=True)
class Section:
    """A part of a lesson; one that is `folded` opens when it is asked for."""

    title: str
    body: Markup
    folded: bool


def sections(exercise: Exercise, course: Course) -> list[Section]:
    """The lesson, without its title. Raises GraderError when it cannot be read.

    The answer to its question is folded, as is what comes after passing.
    """
    first, *rest = SECTION.split(lesson.read(exercise))
    known = {each.folder: each.slug for each in course.exercises}
    before = first.partition("\n")[2]
    made = [Section("", _html(before, known), False)] if before.strip() else []
    asked = False
    for title, text in zip(rest[::2], rest[1::2], strict=True):
        asked = (asked or title == lesson.PICTURE) and title not in AT_TASK
        folded = asked or title == lesson.AFTER
        made.append(Section(title, _html(text, known), folded))
    return made


def _html(text: str, known: Mapping[str, str]) -> Markup:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("fence", _fence)
    tokens = markdown.parse(text)
    for token in tokens:
        if token.children:
            token.children = _linked(token.children, known)
    return Markup(markdown.renderer.render(tokens, markdown.options, {}))


def _fence(_self: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    """Code that is wider than its place is reached by the keyboard."""
    code = Markup('<pre tabindex="0"><code>{}</code></pre>\n')
    return str(code.format(escape(tokens[index].content)))


def _linked(tokens: list[Token], known: Mapping[str, str]) -> list[Token]:
    """Links to exercises lead to their pages; those to other files are only their words."""
    kept, closed = [], False
    for token in tokens:
        if token.type == "link_open":
            place = str(token.attrGet("href") or "")
            folder = place.rstrip("/").rpartition("/")[2]
            slug = known.get(folder) if FOLDER.fullmatch(folder) else None
            if slug is not None:
                token.attrSet("href", slug)
            elif place.startswith("https://"):
                token.attrSet("rel", "noreferrer")
            else:
                closed = True
                continue
        if token.type == "link_close" and closed:
            closed = False
            continue
        kept.append(token)
    return kept
