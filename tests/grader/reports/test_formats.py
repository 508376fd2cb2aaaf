"""The other formats: each against its schema, each against its golden file."""

import csv
import io
import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from jsonschema import Draft202012Validator
from rich.console import Console

from grader.model.report import Report
from grader.reports import classroom50, gradescope, junit, markdown, terminal
from grader.reports import csv as csv_report
from grader.reports.formats import Format, render

SCHEMAS = Path(__file__).parent / "schemas"
Compare = Callable[[str, str], None]
ENVIRONMENT = {
    "CLASSROOM": "py-async",
    "ASSIGNMENT": "week1",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "octocat",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://github.example/commit/1",
    "RELEASE_URL": "https://github.example/release/1",
    "REVIEW_URL": "https://github.example/pull/1",
}
MACHINE = [format for format in Format if format is not Format.text]
NOW = datetime(2026, 6, 1, 14, 32, 1, tzinfo=UTC)


def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("format", MACHINE)
def test_every_format_is_rendered(format: Format, full: Report) -> None:
    """Each format but `text` has its renderer."""
    assert "checkout.py" in render(format, full)


@pytest.mark.parametrize("format", MACHINE)
def test_no_format_carries_a_control_character(format: Format, hostile: Report) -> None:
    """Whatever an answer says, what is printed can neither steer a terminal nor turn it round."""
    text = render(format, hostile)
    bad = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert bad <= {"\n"}
    text.encode("utf-8")


@pytest.mark.parametrize("format", MACHINE)
def test_flags_are_in_every_format(format: Format, full: Report) -> None:
    """What an answer tried is told to the teacher, whichever format the teacher reads."""
    text = render(format, full).replace("&#160;", " ")
    assert "reads sys.argv (line 3)" in text
    assert "uses gc (line 3)" in text


def test_the_terminal_is_safe(hostile: Report) -> None:
    """The same for the text that a person reads."""
    file = io.StringIO()
    console = Console(file=file, width=100, highlight=False)
    terminal.render(hostile, console, full=True, passed=True)
    for exercise in hostile.exercises:
        terminal.explain(exercise, console)
    text = file.getvalue()
    assert "Sentence 0" in text
    assert not {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs")} - {"\n"}


def test_junit_holds_its_schema(sample: Report) -> None:
    """JUnit as a CI service reads it."""
    text = junit.render(sample)
    xmlschema.XMLSchema(SCHEMAS / "junit.xsd").validate(text)


def test_junit_adds_up(full: Report) -> None:
    """Points are properties, and the counts are those of the cases."""
    root = ElementTree.fromstring(junit.render(full))
    points = [int(p.get("value", "")) for p in root.iterfind(".//testcase//*[@name='points']")]
    assert sum(points) == full.points
    for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert len(list(root.iter(tag))) == int(root.get(name, ""))
        assert int(root.get(name, "")) > 0
    assert len(list(root.iter("testcase"))) == int(root.get("tests", ""))


def test_the_golden_junit(full: Report, same_as_golden: Compare) -> None:
    """The whole file as it has been agreed on."""
    same_as_golden("junit.xml", junit.render(full))


def test_classroom50_holds_its_schema(sample: Report) -> None:
    """`result.json` as Classroom 50 takes it, in an environment that it sets up and in none."""
    for environment in (ENVIRONMENT, {}):
        result = json.loads(classroom50.render(sample, environment))
        schema("classroom50.json").validate(result)
        names = [test["test-name"] for test in result["tests"]]
        assert len(set(names)) == len(names)
        assert result["score"] <= result["max-score"]


def test_classroom50_gives_a_log_no_command(hostile: Report) -> None:
    """The autograder shows its result in the log of a job, which obeys `::` and `##[`."""
    text = classroom50.render(hostile, ENVIRONMENT)
    assert "::" not in text
    assert "##[" not in text


def test_the_golden_classroom50(full: Report, same_as_golden: Compare) -> None:
    """The whole file as it has been agreed on."""
    same_as_golden("classroom50.json", classroom50.render(full, ENVIRONMENT, NOW))


def test_gradescope_holds_its_schema(sample: Report) -> None:
    """`results.json` as Gradescope takes it; the tests add up to the score."""
    result = json.loads(gradescope.render(sample))
    schema("gradescope.json").validate(result)
    assert sum(test["score"] for test in result["tests"]) == result["score"] == sample.points
    assert sum(test["max_score"] for test in result["tests"]) == sample.max_points
    flagged = [test for test in result["tests"] if test["name"].endswith(": flags")]
    assert len(flagged) == sum(bool(exercise.flags) for exercise in sample.exercises)
    assert {test["visibility"] for test in flagged} <= {"hidden"}


def test_the_golden_gradescope(full: Report, same_as_golden: Compare) -> None:
    """The whole file as it has been agreed on."""
    same_as_golden("gradescope.json", gradescope.render(full))


def test_csv_has_no_formula(sample: Report) -> None:
    """One row for each exercise, and no cell that a spreadsheet would compute."""
    rows = list(csv.reader(io.StringIO(csv_report.render(sample))))
    assert [len(row) for row in rows] == [10] * (1 + len(sample.exercises))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert sum(int(row[5]) for row in rows[1:]) == sample.points


def test_the_golden_csv(full: Report, same_as_golden: Compare) -> None:
    """The whole file as it has been agreed on."""
    same_as_golden("report.csv", csv_report.render(full))


def test_the_golden_markdown(full: Report, same_as_golden: Compare) -> None:
    """The whole page as it has been agreed on."""
    same_as_golden("report.md", markdown.render(full))


def test_the_golden_hostile_markdown(hostile: Report, same_as_golden: Compare) -> None:
    """The same page from answers that try everything."""
    same_as_golden("hostile.md", markdown.render(hostile))
