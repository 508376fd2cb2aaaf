"""Fills one column in a copy of the table that an LMS has exported; nothing else changes.

Canvas' gradebook, Moodle's grading worksheet, or any other CSV with a column that the learners go
by. A row is filled when it is one learner's beyond doubt, and the total is known.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.commands.classes import sheets
from grader.commands.classes.sheets import Sheet
from grader.model.class_report import ClassReport, Learner
from grader.model.errors import GraderError
from grader.reports import harmless

IDS = (
    *("sis login id", "sis user id", "id", "username", "login", "email", "email address"),
    *(
        "id number",
        "identifier",
        "student id",
        "student_id",
        "sid",
        "org defined id",
        "orgdefinedid",
    ),
)
NAMES = ("student", "full name", "name")
OTHERS = (
    *("section", "status", "notes", "first name", "last name", "surname", "department", "role"),
    *("institution", "maximum grade", "grade can be changed", "feedback comments", "group"),
    *("last modified (submission)", "last modified (grade)", "online text", "due date"),
)
"""Columns that hold no grade."""
GRADE = ("grade", "score", "points", "total")
READ_ONLY = re.compile(
    r"(?i)(current|final|unposted|override).*(score|points|grade)|.*\(read only\)"
)
MOODLE = re.compile(r"(?i)(participant|teilnehmer/?in)\s*")
"""What stands before the number in Moodle's column `Identifier`."""


def check_place(path: Path, to: Path, ours: Iterable[str]) -> None:
    """Raise GraderError when the copy in `to` would replace the table itself, or a file of ours."""
    if path.name in ours or path.resolve().parent == to.resolve():
        raise GraderError(
            f"The copy of {harmless.line(str(path))} would replace a file in "
            f"{harmless.line(str(to))}.",
            "Put the table elsewhere, or give it another name.",
        )


@dataclass
class Filled:
    """The table's text, and what could not be filled: learners without a row, rows without one."""

    text: str
    rows: int = 0
    without_row: list[str] = field(default_factory=list)
    without_learner: int = 0


def read(path: Path, column: str | None) -> tuple[Sheet, int]:
    """The table and the column to fill. Raises GraderError when that is ambiguous."""
    sheet = sheets.read(path, "table")
    names = sheet.header
    if column is not None:
        wanted = [at for at, name in enumerate(names) if name.casefold() == column.casefold()]
        if not wanted:
            raise GraderError(
                f"{sheet.shown} has no column {column!r}.",
                f"It has {', '.join(repr(name) for name in names)}.",
            )
        return sheet, wanted[0]
    known = {*IDS, *NAMES, *OTHERS}
    open_ones = [
        at
        for at, name in enumerate(names)
        if name and name.lower() not in known and not READ_ONLY.fullmatch(name)
    ]
    plain = [at for at in open_ones if names[at].lower() in GRADE]
    choice = plain if len(plain) == 1 else open_ones
    if len(choice) != 1:
        said = ", ".join(repr(names[at]) for at in choice[:5]) or "none"
        raise GraderError(
            f"It is not clear which column of {sheet.shown} takes the points: {said}.",
            "Name it: --column NAME",
        )
    return sheet, choice[0]


def fill(sheet: Sheet, column: int, report: ClassReport) -> Filled:
    """The copy. Raises GraderError when a row could be several learners'."""
    by_id, by_name = _index(report.learners)
    header = [name.lower() for name in sheet.header]
    filled = Filled("")
    met: dict[str, int] = {}
    for number, row in sheet.rows():
        learner = _whose(sheet, number, row, header, by_id, by_name)
        if learner is None:
            filled.without_learner += not _is_heading(row, header)
            continue
        if learner.id in met:
            raise GraderError(
                f"{sheet.shown} has {harmless.line(learner.id)} twice, in lines "
                f"{met[learner.id] + 1} and {number + 1}.",
                "Remove one of the two lines.",
            )
        met[learner.id] = number
        total = learner.points if learner.after_late is None else learner.after_late
        if total is not None:
            sheet.put(number, column, f"{total:g}")
            filled.rows += 1
    filled.without_row = [each.id for each in report.learners if each.id not in met]
    filled.text = sheet.text()
    return filled


Index = Mapping[str, list[Learner]]


def _index(learners: list[Learner]) -> tuple[Index, Index]:
    """Learners by each id, and by name."""
    by_id: dict[str, list[Learner]] = defaultdict(list)
    by_name: dict[str, list[Learner]] = defaultdict(list)
    for learner in learners:
        for name in {name.casefold() for name in learner.names if name != learner.name}:
            by_id[name].append(learner)
        if learner.name:
            by_name[_plain(learner.name)].append(learner)
    return by_id, by_name


def _plain(name: str) -> str:
    """`Byron, Ada` and `Ada Byron` alike."""
    return " ".join(sorted(name.casefold().replace(",", " ").split()))


def _whose(
    sheet: Sheet,
    number: int,
    row: dict[str, str],
    header: list[str],
    by_id: Index,
    by_name: Index,
) -> Learner | None:
    cells = dict(zip(header, row.values(), strict=False))
    found: dict[str, Learner] = {}
    for column in IDS:
        value = MOODLE.sub("", cells.get(column, "")).casefold()
        found |= {each.id: each for each in by_id.get(value, [])} if value else {}
    if not found:
        both = (cells.get("first name", ""), cells.get("last name", "") or cells.get("surname", ""))
        names = [*(cells.get(each, "") for each in NAMES), " ".join(both)]
        for name in filter(str.strip, names):
            found |= {each.id: each for each in by_name.get(_plain(name), [])}
    if len(found) > 1:
        raise GraderError(
            f"{sheet.shown}, line {number + 1}, could be {' or '.join(sorted(found))}.",
            "Give each of them an id in --roster that stands in this table, too.",
        )
    return next(iter(found.values()), None)


def _is_heading(row: dict[str, str], header: list[str]) -> bool:
    """Canvas' row of maxima."""
    return any(value.lower() == "points possible" for value in row.values())
