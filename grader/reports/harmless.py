"""Makes text that a learner could have written harmless: one function for each place.

A message, a label, a source line or a path may hold a terminal's escapes, a command for a CI,
Markdown, HTML or a spreadsheet's formula. Whatever shows such a text takes it through the
function that is named after the place.
"""

import html as entities
import re
import unicodedata

KEPT = "\u200c\u200d"
"""Joiners that scripts and emoji need; the other invisible characters go."""
MARKDOWN = re.compile(
    r"[&<>\\`*\[\]#~|$@{}^]"
    r"|:(?=\S)"  # a link, an emoji
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # inside a word it has no meaning
    r"|(?<=www)\.",
    re.IGNORECASE,
)
MARKDOWN_START = re.compile(r"^(?:[-+=]|\d+(?=[.)](?:\s|$)))")
MERMAID = re.compile(r"[^\w .,()\[\]=+*/'-]")
CARET = re.compile(r"\n *\^(?=\n|\Z)")
"""It points at a place in the line above: on one line, at nothing."""
FORMULA = ("=", "+", "-", "@")
"""What starts a formula, once a compatible form such as the full-width one is made plain."""

MINUS = ("\u2212", "\u2010", "\u2011", "\u2013")
"""Signs that some spreadsheets take for a minus."""


def plain(text: str) -> str:
    """For a terminal or a text file: lines without control, bidirectional or broken characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    if text.replace("\n", "").isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character == "\n" or " " <= character <= "~" or character in KEPT:
        return character
    category = unicodedata.category(character)
    if category in ("Zl", "Zp"):
        return "\n"
    is_nothing = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    return "" if category in ("Cc", "Cf", "Cs") or is_nothing else character


def line(text: str, most: int | None = None) -> str:
    """The same on a single line, cut at `most` characters."""
    joined = " ".join(CARET.sub("", plain(text)).split())
    return joined if most is None else cut(joined, most)


def cut(text: str, most: int) -> str:
    """At most `most` characters; the last one says when something is missing."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def workflow(text: str) -> str:
    """For a job's log: lines without a command of the CI, which `::` and `##[` start."""
    return re.sub(r":(?=:)", ": ", plain(text)).replace("##[", "## [")


def annotation(text: str, most: int = 4000) -> str:
    """For the message of a workflow command; GitHub cuts it at 4,096 characters."""
    return _percent(cut(workflow(text), most))


def annotation_property(text: str, most: int = 200) -> str:
    """For a property of a workflow command: `file`, `title`."""
    return _percent(workflow(line(text, most))).replace(":", "%3A").replace(",", "%2C")


def _percent(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def markdown(text: str, most: int | None = None) -> str:
    """For Markdown, a table's cell as well: one line that reads as it is written.

    What Markdown, HTML or GitHub would understand becomes a character reference, which none
    of them takes for syntax; a mention is broken by a joiner that has no width.
    """
    escaped = MARKDOWN.sub(_reference, line(text, most))
    return MARKDOWN_START.sub(_references, escaped)


def code(text: str, most: int | None = None) -> str:
    """For Markdown, set as code."""
    escaped = markdown(text, most)
    return f"<code>{escaped}</code>" if escaped else ""


def _reference(match: re.Match[str]) -> str:
    joiner = "&#8288;" if match[0] == "@" else ""
    return f"&#{ord(match[0])};{joiner}"


def _references(match: re.Match[str]) -> str:
    return "".join(f"&#{ord(character)};" for character in match[0])


def mermaid(text: str, most: int = 60) -> str:
    """For the name of a task in a Mermaid gantt: no colon, no comment, no fence, no tag."""
    return cut(" ".join(MERMAID.sub(" ", line(text)).split()), most)


def html(text: str) -> str:
    """For HTML, in an attribute as well."""
    return entities.escape(plain(text), quote=True)


def cell(text: str) -> str:
    """For a cell of CSV: one line that no spreadsheet takes for a formula."""
    single = line(text)
    first = unicodedata.normalize("NFKC", single.lstrip(KEPT)[:1])
    return f"'{single}" if first.startswith(FORMULA) or first in MINUS else single
