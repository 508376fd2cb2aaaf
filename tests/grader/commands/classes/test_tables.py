"""Rosters, late policies and tables of an LMS: what they say, and a sentence for what is wrong."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from grader.commands.classes import late, lms, roster, sheets, trees
from grader.commands.classes.finding import Found
from grader.commands.classes.roster import Member
from grader.model.class_report import ClassAnswer, ClassReport, Learner, LearnerState
from grader.model.errors import GraderError

CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Week 1 (77),Final Score\r\n"
    "    Points Possible,,,,,15,(read only)\r\n"
    '"Byron, Ada",101,S1,ada,"A, morning",,"0,5"\r\n'
    '"O""Neil, Bob",102,S2,bob,B,3,1\r\n'
    "Student, Test,103,,x,B,,\r\n".replace("Student, Test", '"Student, Test"')
)
MOODLE = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum grade"\n'
    '"Participant 17","Ada Byron",ada@example.com,-,,15\n'
    '"Participant 18","Bob O\'Neil",bob@example.com,-,,15\n'
)


def write(tmp_path: Path, text: str, name: str = "table.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def report(
    points: Mapping[str, int | None], names: Mapping[str, str] | None = None, name: str = ""
) -> ClassReport:
    """Learners with these points; `names` has another name of some, `name` is that of all."""
    learners = []
    for id, earned in points.items():
        answer = ClassAnswer(
            exercise="checkout",
            status="not_graded" if earned is None else "failed",
            points=earned,
            digest="",
            verdict="",
            reason="",
        )
        state: LearnerState = "not graded" if earned is None else "graded"
        known = [id, *filter(None, [(names or {}).get(id), name])]
        learners.append(Learner(id=id, name=name, names=known, state=state, answers=[answer]))
    return ClassReport(
        schema="awaitlings/class/1",
        isolation="sandbox",
        python="3.13",
        libraries="",
        grader="",
        exercises=[],
        learners=learners,
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("id,name,section\nada,Ada Byron,A\nbob,,\n", {"ada": "Ada Byron", "bob": ""}),
        (
            "username,first_name,last_name,email,section,github_id,role\n"
            "ada,Ada,Byron,a@example.com,A,7,student\nzoe,Zoe,T,z@example.com,,8,teacher\n",
            {"ada": "Ada Byron"},
        ),
        ("identifier,github_username,github_id,name\nS1,ada,7,Ada\n", {"ada": "Ada"}),
        (CANVAS, {"101": "Byron, Ada", "102": 'O"Neil, Bob'}),
        ("Name;ID\r\nÅsa Öberg;asa\r\n", {"asa": "Åsa Öberg"}),
    ],
    ids=["own", "classroom50", "github", "canvas", "semicolons"],
)
def test_rosters(tmp_path: Path, text: str, names: dict[str, str]) -> None:
    """One's own, and those of four tools."""
    people = roster.read(write(tmp_path, text))
    assert {person.id: person.name for person in people} == names


def test_who_is_who(tmp_path: Path) -> None:
    """A folder is its person's by any id, or by its last part; both kinds of stray stay."""
    people = roster.read(write(tmp_path, "id,email\nada,a@x.org\nada-b,b@x.org\ncyd,c@x.org\n"))
    found = [Found(id, id) for id in ("py-week1-ada-b", "ADA", "c@x.org", "zed")]
    found[2] = Found("7", "7", names=("c@x.org",))
    members = roster.join(found, people)
    assert {m.id: m.person and m.person.id for m in members} == {
        "ADA": "ada",
        "ada-b": "ada-b",
        "cyd": "cyd",
        "zed": None,
    }
    absent = roster.join([], people)
    assert [m.found for m in absent] == [None] * 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("colour,shape\nred,round\n", "no column that names a learner: it has colour, shape"),
        ("id\nada\nAda\n", "has Ada twice, in lines 2 and 3"),
        ("id\n", "has no learners"),
        ("", "is no CSV: it has no header"),
        ("id,id\nada,bob\n", "has the column 'id' twice"),
        ('id,name\nada,"Ada\n', "line 2: a quoted cell does not end"),
    ],
)
def test_wrong_rosters(tmp_path: Path, text: str, sentence: str) -> None:
    """One sentence each: what, where."""
    with pytest.raises(GraderError, match=sentence):
        roster.read(write(tmp_path, text))


def test_a_roster_that_is_not_there_or_not_utf_8(tmp_path: Path) -> None:
    """Neither ends in a traceback."""
    with pytest.raises(GraderError, match="cannot be read: No such file"):
        roster.read(tmp_path / "none.csv")
    path = tmp_path / "latin.csv"
    path.write_bytes("id,name\nada,Zoë\n".encode("latin-1"))
    with pytest.raises(GraderError, match=r"not UTF-8 \(line 2\)"):
        roster.read(path)


def test_one_person_with_two_folders(tmp_path: Path) -> None:
    """Which of them counts is the teacher's to say."""
    people = roster.read(write(tmp_path, "id,email\nada,a@x.org\n"))
    with pytest.raises(GraderError, match=r"ada and x-ada are both ada's"):
        roster.join([Found("ada", "ada"), Found("x-ada", "x-ada")], people)


def test_a_table_is_split_and_joined_to_the_byte(tmp_path: Path) -> None:
    """Quotes, separators in cells, an end without a newline: all as it was."""
    for text in (CANVAS, MOODLE, "a,b\n1,", 'a;b\r\n"x;\ny";\r\n\r\n', "a\n1"):
        path = write(tmp_path, text)
        assert sheets.read(path, "table").text().encode() == path.read_bytes()


def test_canvas_is_filled(tmp_path: Path) -> None:
    """One column of each learner's row; who was not graded keeps what was there."""
    sheet, column = lms.read(write(tmp_path, CANVAS), None)
    filled = lms.fill(sheet, column, report({"ada": 12, "bob": None}))
    assert filled.text == CANVAS.replace('morning",,', 'morning",12,')
    assert (filled.rows, filled.without_row, filled.without_learner) == (1, [], 1)


def test_moodle_is_filled(tmp_path: Path) -> None:
    """Its participants are known by number or by e-mail."""
    sheet, column = lms.read(write(tmp_path, MOODLE), None)
    those = report({"17": 3, "b": 4, "cyd": 5}, {"b": "bob@example.com"})
    filled = lms.fill(sheet, column, those)
    assert filled.text == MOODLE.replace("-,,15", "-,3,15", 1).replace("-,,15", "-,4,15")
    assert filled.without_row == ["cyd"]


def test_which_column(tmp_path: Path) -> None:
    """Of several, the teacher names one; none is guessed."""
    text = "ID,Week 1 (1),Week 2 (2)\nada,,\n"
    with pytest.raises(GraderError, match=r"not clear which column .* 'Week 1 \(1\)', 'Week 2"):
        lms.read(write(tmp_path, text), None)
    assert lms.read(write(tmp_path, text), "week 2 (2)")[1] == 2
    with pytest.raises(GraderError, match="has no column 'Week 3'"):
        lms.read(write(tmp_path, text), "Week 3")


def test_rows_that_are_not_one_learners(tmp_path: Path) -> None:
    """A row that could be two, and two rows that are one: refused."""
    sheet, column = lms.read(write(tmp_path, "Name,Grade\nAda Byron,\n"), None)
    with pytest.raises(GraderError, match="line 2, could be a1 or a2"):
        lms.fill(sheet, column, report({"a1": 1, "a2": 2}, name="Ada Byron"))
    sheet, column = lms.read(write(tmp_path, "ID,Grade\nada,\nada,\n"), None)
    with pytest.raises(GraderError, match="has ada twice, in lines 2 and 3"):
        lms.fill(sheet, column, report({"ada": 1}))


def test_a_copy_replaces_nothing(tmp_path: Path) -> None:
    """Neither the table itself nor one of our own files."""
    table = write(tmp_path, CANVAS)
    with pytest.raises(GraderError, match="would replace a file"):
        lms.check_place(table, tmp_path, ["points.csv"])
    with pytest.raises(GraderError, match="would replace a file"):
        lms.check_place(tmp_path / "points.csv", tmp_path / "out", ["points.csv"])


POLICY = """
percent_per_day = 10
most_percent = 50
grace_minutes = 15
days = 7
[extensions]
Bob = 2
cyd = 2026-12-05T12:00:00+01:00
"""


@pytest.mark.parametrize(
    ("who", "when", "days", "left"),
    [
        ("ada", "2026-12-01T23:59:00+01:00", 0, 15.0),
        ("ada", "2026-12-01T23:13:59+00:00", 0, 15.0),
        ("ada", "2026-12-02T00:15:00+01:00", 1, 13.5),
        ("ada", "2026-12-08T00:10:00+01:00", 6, 7.5),
        ("ada", "2026-12-12T00:10:00+01:00", 10, 0.0),
        ("bob", "2026-12-04T00:10:00+01:00", 0, 15.0),
        ("cyd", "2026-12-05T12:16:00+01:00", 1, 13.5),
    ],
)
def test_late_days(tmp_path: Path, who: str, when: str, days: int, left: float) -> None:
    """A day counts once it has begun; grace, an extension and both ends are the policy's."""
    policy = write(tmp_path, POLICY, "late.toml")
    deadline = late.deadline("2026-12-01T23:59+01:00", policy)
    assert deadline is not None
    assert deadline.days_late(datetime.fromisoformat(when), (who,)) == days
    assert deadline.after(15, days) == left


@pytest.mark.parametrize(
    ("due", "text", "sentence"),
    [
        ("tomorrow", "", "--due is 'tomorrow', which is no time"),
        ("2026-12-01", "", "without an offset from UTC"),
        ("2026-12-01T23:59+01:00", "percent = 3", "has a wrong percent"),
        ("2026-12-01T23:59+01:00", "percent_per_day = 300", "has a wrong percent_per_day"),
        ("2026-12-01T23:59+01:00", "= 3", "is no TOML"),
        (
            "2026-12-01T23:59+01:00",
            "[extensions]\nada = 2026-12-03T23:59:00",
            "gives ada a time without an offset",
        ),
        (None, "", "nothing says when it is due"),
    ],
)
def test_wrong_policies(tmp_path: Path, due: str | None, text: str, sentence: str) -> None:
    """One sentence each."""
    with pytest.raises(GraderError, match=sentence):
        late.deadline(due, write(tmp_path, text, "late.toml"))


def test_a_clone_in_a_zip_has_no_time(tmp_path: Path) -> None:
    """Whoever made the zip made its .git: no git is started on it."""
    (tmp_path / "ada.zip").write_bytes(b"PK\5\6" + b"\0" * 18)
    found = Found("ada", "ada.zip", trees.Zip(tmp_path / "ada.zip"))
    assert late.handed_in(Member("ada", found, None)) == (None, "")
