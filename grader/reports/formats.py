"""The formats of a report: `text` is for a person, the others are for machines."""

import importlib
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.model.report import Report


class Format(StrEnum):
    text = "text"
    json = "json"
    junit = "junit"
    markdown = "markdown"
    classroom = "classroom"
    classroom50 = "classroom50"
    gradescope = "gradescope"
    csv = "csv"
    html = "html"


def render(format: Format, report: "Report") -> str:
    """Any but `text`, which wants a console: by the module that has its name."""
    module = importlib.import_module(f"grader.reports.{format}")
    text: str = module.render(report)
    return text
