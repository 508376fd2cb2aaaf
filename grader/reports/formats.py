"""The formats of a report: `text` is for a person, the others are for machines."""

from collections.abc import Callable
from enum import StrEnum

from grader.model import Report
from grader.reports import json


class Format(StrEnum):
    text = "text"
    json = "json"


RENDERERS: dict[Format, Callable[[Report], str]] = {
    Format.json: json.render,
}
"""How each is rendered, but `text`, which wants a console."""
