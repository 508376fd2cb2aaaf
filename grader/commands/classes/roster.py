"""The roster: a CSV of one's own, or of Classroom 50, GitHub Classroom or Canvas.

Any column that a person goes by may name the learner's folder; names, and a section, are taken
over. Points never are.
"""

from dataclasses import dataclass
from pathlib import Path

from grader.commands.classes import sheets
from grader.commands.classes.finding import Found
from grader.model.errors import GraderError
from grader.reports import harmless

IDS = (
    *("id", "username", "github_username", "login", "identifier", "email", "student id"),
    *("sis login id", "sis user id", "github_id", "id number", "email address", "sid"),
)
"""Columns that name one learner, the best known first."""
NAMES = ("name", "full name", "student")
GIVEN = (("first_name", "last_name"), ("first name", "last name"), ("first name", "surname"))
SECTIONS = ("section", "group", "class")
HANDED_IN = "handed_in"
NO_LEARNERS = ("teacher", "instructor", "ta", "staff", "owner")
"""Roles, in Classroom 50's rosters, that hand nothing in."""
NO_STUDENTS = ("points possible", "student, test", "test student")
"""What Canvas has in its column of students beside those."""


@dataclass(frozen=True)
class Person:
    """A row of the roster; `ids` are in the order of IDS."""

    line: int
    ids: tuple[str, ...]
    name: str = ""
    section: str = ""
    handed_in: str = ""

    @property
    def id(self) -> str:
        return self.ids[0]


@dataclass(frozen=True)
class Member:
    """One learner of the class: the answers, the row of the roster, or both."""

    id: str
    found: Found | None
    person: Person | None

    @property
    def name(self) -> str:
        return (self.person and self.person.name) or (self.found and self.found.name) or ""

    @property
    def names(self) -> tuple[str, ...]:
        """All that this learner goes by, in a table of somebody else's too."""
        of_roster = (*self.person.ids, self.person.name) if self.person else ()
        of_found = (self.found.id, *self.found.names, self.found.name) if self.found else ()
        return tuple(dict.fromkeys(filter(None, (self.id, *of_roster, *of_found))))


def read(path: Path) -> list[Person]:
    """The roster's learners. Raises GraderError."""
    sheet = sheets.read(path, "roster")
    columns = {name.strip().lower(): name for name in sheet.header}
    ids = [columns[name] for name in IDS if name in columns]
    if not ids:
        known = ", ".join(IDS[:6])
        raise GraderError(
            f"The roster {sheet.shown} has no column that names a learner: "
            f"it has {', '.join(map(harmless.line, sheet.header))}.",
            f"Call the column with the folders' names id, or one of {known}.",
        )
    people = [
        person
        for number, row in sheet.rows()
        if (person := _person(number + 1, row, columns, ids)) is not None
    ]
    seen: dict[str, Person] = {}
    for person in people:
        for id in person.ids:
            other = seen.setdefault(id.casefold(), person)
            if other is not person:
                raise GraderError(
                    f"The roster {sheet.shown} has {id} twice, in lines "
                    f"{other.line} and {person.line}.",
                    "Remove one of the two lines.",
                )
    if not people:
        raise GraderError(f"The roster {sheet.shown} has no learners.", sheets.EXPORT_AGAIN)
    return people


def _person(
    line: int, row: dict[str, str], columns: dict[str, str], ids: list[str]
) -> Person | None:
    cells = {name: harmless.line(row.get(column, "")) for name, column in columns.items()}
    name = next((cells[each] for each in NAMES if cells.get(each)), "")
    if cells.get("role", "").lower() in NO_LEARNERS or name.lower() in NO_STUDENTS:
        return None
    for given, family in GIVEN:
        if not name and (cells.get(given) or cells.get(family)):
            name = f"{cells.get(given, '')} {cells.get(family, '')}".strip()
    values = tuple(dict.fromkeys(filter(None, (harmless.line(row.get(c, "")) for c in ids))))
    if not values:
        return None
    section = next((cells[each] for each in SECTIONS if cells.get(each)), "")
    return Person(line, values, name, section, cells.get(HANDED_IN, ""))


def join(found: list[Found], people: list[Person] | None) -> list[Member]:
    """Who is in the folder, in the roster, or in both, by id.

    A folder belongs to the person one of whose ids is its name, or its name's last part after a
    hyphen, as in `week1-ada`; the longest such id counts. Raises GraderError when two folders are
    one person's.
    """
    if people is None:
        return [Member(each.id, each, None) for each in found]
    by_id = {id.casefold(): person for person in people for id in person.ids}
    taken: dict[Person, Found] = {}
    members = []
    for each in found:
        person = _whose(each, by_id)
        if person is None:
            members.append(Member(each.id, each, None))
            continue
        if person in taken:
            raise GraderError(
                f"{taken[person].where} and {each.where} are both {person.id}'s, by the roster.",
                "Leave the one that counts.",
            )
        taken[person] = each
        members.append(Member(_shortest(each, person), each, person))
    absent = [Member(person.id, None, person) for person in people if person not in taken]
    return sorted([*members, *absent], key=lambda member: member.id)


def _whose(found: Found, by_id: dict[str, Person]) -> Person | None:
    for name in (found.id, *found.names):
        if name.casefold() in by_id:
            return by_id[name.casefold()]
    parts = found.id.casefold().split("-")
    for start in range(1, len(parts)):
        if (person := by_id.get("-".join(parts[start:]))) is not None:
            return person
    return None


def _shortest(found: Found, person: Person) -> str:
    """The folder's own name when the roster knows it, else the id that it ends with."""
    known = {id.casefold(): id for id in person.ids}
    if found.id.casefold() in known:
        return found.id
    ends = [id for id in person.ids if found.id.casefold().endswith(f"-{id.casefold()}")]
    return max(ends, key=len) if ends else person.id
