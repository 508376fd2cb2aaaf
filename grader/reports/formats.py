"""The formats of a report: `text` is for a person, the others are for machines."""

from collections.abc import Callable
from enum import StrEnum

from grader.model import Report
from grader.reports import classroom, classroom50, csv, gradescope, html, json, junit, markdown


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


RENDERERS: dict[Format, Callable[[Report], str]] = {
    Format.json: json.render,
    Format.junit: junit.render,
    Format.markdown: markdown.render,
    Format.classroom: classroom.render,
    Format.classroom50: classroom50.render,
    Format.gradescope: gradescope.render,
    Format.csv: csv.render,
    Format.html: html.render,
}
"""How each is rendered, but `text`, which wants a console."""
