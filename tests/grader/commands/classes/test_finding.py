"""Learners are found in each layout, and what leads elsewhere is named and not followed."""

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from grader.commands.classes import trees
from grader.commands.classes.finding import Found, find
from grader.model.errors import GraderError
from grader.security import intake
from tests.grader.commands.classes.conftest import CHECKOUT, PLACE, RIGHT, Put, pack

GRADESCOPE = b"""---
submission_7:
  :submitters:
  - :name: Ada Byron
    :sid: '17'
    :email: ada@example.com
  - :name: Bob O''Neil
    :sid: '18'
    :email: bob@example.com
  :created_at: 2026-12-01 21:14:05.000000000 Z
  :score: 3.0
  :history:
  - :created_at: 2020-01-01 00:00:00.000000000 Z
submission_8:
  :submitters:
  - :name: Cyd
    :sid:
    :email: cyd@example.com
  :created_at: 2026-12-01 23:14:05.000000000 +02:00
"""


def look(submissions: Path) -> dict[str, Found]:
    return {found.id: found for found in find(submissions, [CHECKOUT.file])}


def problem(found: Found) -> str:
    assert found.tree is None
    return found.problem


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    "path",
    [
        f"ada/exercises/{PLACE}",
        f"ada/week1/exercises/{PLACE}",
        f"ada/a/b/c/exercises/{PLACE}",
        f"ada/{PLACE}",
        f"ada/week1/{PLACE}",
        "ada/checkout.py",
        "ada/src/checkout.py",
        f"week1-submissions/week1-ada/exercises/{PLACE}",
    ],
)
def test_folders(submissions: Path, put: Put, path: str) -> None:
    """A clone, a folder in it, numbered folders alone, loose files, GitHub Classroom's names."""
    put(path)
    put("ada/.git/config", b"") if path.startswith("ada") else None
    put(".DS_Store", b"")
    put("notes.txt", b"")
    assert look(submissions)["ada"].take(CHECKOUT) == RIGHT
    assert len(look(submissions)) == 1


@pytest.mark.parametrize(
    "names",
    [
        [f"exercises/{PLACE}"],
        [f"week1-main/exercises/{PLACE}", "week1-main/.github/workflows/classroom.yml"],
        ["exercises\\06_checkout\\checkout.py"],
        [f"__MACOSX/exercises/._{PLACE}", f"exercises/{PLACE}"],
        ["checkout.py"],
    ],
)
@pytest.mark.parametrize("place", ["ada.zip", "ada-main.zip", "ada/handed-in.zip"])
def test_zips(submissions: Path, place: str, names: list[str]) -> None:
    """Packed by GitHub, Windows or macOS, beside the others or in a folder; nothing is unpacked."""
    (submissions / place).parent.mkdir(exist_ok=True)
    pack(submissions / place, dict.fromkeys(names, RIGHT))
    before = sorted(submissions.rglob("*"))
    assert look(submissions)["ada"].take(CHECKOUT) == RIGHT
    assert sorted(submissions.rglob("*")) == before


def test_one_learner_alone(submissions: Path, put: Put) -> None:
    """A folder that has exercises/ itself is one learner's."""
    put(f"exercises/{PLACE}")
    assert look(submissions)["submissions"].take(CHECKOUT) == RIGHT


@pytest.mark.parametrize("top", ["", "assignment_5_export/"])
@pytest.mark.parametrize("is_zip", [False, True])
def test_gradescope(submissions: Path, put: Put, top: str, is_zip: bool) -> None:
    """Its export says who handed in which folder and when; a group's members all get it."""
    files = {
        f"{top}submission_metadata.yml": GRADESCOPE,
        f"{top}submission_7/exercises/{PLACE}": RIGHT,
        f"{top}submission_8/checkout.py": RIGHT,
    }
    where = submissions
    if is_zip:
        where = pack(submissions / "export.zip", files)
    else:
        for path, data in files.items():
            put(path, data)
    found = look(where)
    assert sorted(found) == ["17", "18", "cyd@example.com"]
    assert [each.name for each in found.values()] == ["Ada Byron", "Bob O'Neil", "Cyd"]
    assert found["17"].handed_in == "2026-12-01T21:14:05+00:00"
    assert found["cyd@example.com"].handed_in == "2026-12-01T21:14:05+00:00"
    assert [each.take(CHECKOUT) for each in found.values()] == [RIGHT] * 3


@pytest.mark.parametrize("is_zip", [False, True])
def test_moodle(submissions: Path, put: Put, is_zip: bool) -> None:
    """Folders with files or a zip in them, and files side by side; the number is the id."""
    files = {
        f"Ada Byron_17_assignsubmission_file_/exercises/{PLACE}": RIGHT,
        "Bob_18_assignsubmission_file_/week1.zip": zipped({f"exercises/{PLACE}": RIGHT}),
        "Cyd_19_assignsubmission_file_checkout.py": RIGHT,
        "Dan_20_assignsubmission_file_all.zip": zipped({f"exercises/{PLACE}": RIGHT}),
    }
    where = submissions
    if is_zip:
        where = pack(submissions / "moodle.zip", files)
    else:
        for path, data in files.items():
            put(path, data)
    found = look(where)
    assert {id: each.name for id, each in found.items()} == {
        "17": "Ada Byron",
        "18": "Bob",
        "19": "Cyd",
        "20": "Dan",
    }
    assert [each.take(CHECKOUT) for each in found.values()] == [RIGHT] * 4


def test_links_are_not_followed(submissions: Path, put: Put) -> None:
    """A learner, exercises/, a folder or a file that is a link is named, wherever it leads."""
    real = put(f"real/exercises/{PLACE}").parents[1]
    (submissions / "ada").symlink_to(submissions / "real")
    for name in ("bob", "cyd/exercises", "dan/exercises/06_checkout"):
        (submissions / name).mkdir(parents=True)
    (submissions / "bob/exercises").symlink_to(real)
    (submissions / "cyd/exercises/06_checkout").symlink_to(real / "06_checkout")
    (submissions / "dan/exercises" / PLACE).symlink_to(real / PLACE)
    found = look(submissions)
    assert "ada is a symbolic link" in problem(found["ada"])
    assert "bob/exercises is a symbolic link" in problem(found["bob"])
    for name in ("cyd", "dan"):
        taken = found[name].take(CHECKOUT)
        assert isinstance(taken, intake.Unusable)
        assert "symbolic link" in taken.sentence


def test_a_link_in_a_zip(submissions: Path) -> None:
    """It is refused as one on disk is."""
    info = zipfile.ZipInfo(f"exercises/{PLACE}")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(submissions / "ada.zip", "w") as packed:
        packed.writestr(info, "/etc/passwd")
    taken = look(submissions)["ada"].take(CHECKOUT)
    assert isinstance(taken, intake.Unusable)
    assert "symbolic link" in taken.sentence


def test_a_zip_leads_nowhere(submissions: Path) -> None:
    """Names that lead out of the zip are nobody's answers."""
    files = {
        f"../exercises/{PLACE}": RIGHT,
        f"/exercises/{PLACE}": RIGHT,
        "checkout.py": b"x = 1\n",
    }
    pack(submissions / "ada.zip", files)
    assert look(submissions)["ada"].take(CHECKOUT) == b"x = 1\n"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"no zip", "ada.zip is no zip that can be read."),
        (b"", "ada.zip is no zip that can be read."),
        (zipped({"README.md": b""}), "ada.zip has no answers: no folder exercises/"),
        (
            zipped({f"a/exercises/{PLACE}": RIGHT, f"b/exercises/{PLACE}": RIGHT}),
            "ada.zip has two folders of answers, a/exercises and b/exercises: leave one.",
        ),
        (
            zipped({f"exercises/{PLACE}": RIGHT, "exercises\\06_checkout\\checkout.py": b""}),
            f"ada.zip holds exercises/{PLACE} twice.",
        ),
    ],
)
def test_zips_that_cannot_be_used(submissions: Path, put: Put, data: bytes, sentence: str) -> None:
    """Each is a problem of one learner's, in one sentence."""
    put("ada.zip", data)
    put(f"bob/exercises/{PLACE}")
    found = look(submissions)
    assert sentence in problem(found["ada"])
    assert found["bob"].take(CHECKOUT) == RIGHT


def test_a_damaged_a_locked_and_a_huge_file(submissions: Path) -> None:
    """What a zip does not give is nobody's 0 points; what is too large is an answer's trouble."""
    name = f"exercises/{PLACE}"
    whole = zipped({name: os.urandom(3000)})
    (submissions / "damaged.zip").write_bytes(whole.replace(whole[60:160], b"\0" * 100))
    locked = bytearray(zipped({name: RIGHT}))
    locked[6] |= 1
    locked[locked.index(b"PK\1\2") + 8] |= 1
    (submissions / "locked.zip").write_bytes(bytes(locked))
    (submissions / "bomb.zip").write_bytes(zipped({name: b"#" * 300 * 2**20}))
    found = look(submissions)
    for name, words in (("damaged", "is damaged"), ("locked", "asks for a password")):
        with pytest.raises(trees.UnreadableError, match=words):
            found[name].take(CHECKOUT)
    taken = found["bomb"].take(CHECKOUT)
    assert isinstance(taken, intake.Unusable)
    assert "has 307200 kB: an answer has at most 256 kB" in taken.sentence


def test_who_is_there_twice(submissions: Path, put: Put) -> None:
    """Neither answer is taken by chance."""
    put(f"ada/exercises/{PLACE}")
    pack(submissions / "ada.zip", {f"exercises/{PLACE}": b""})
    assert problem(look(submissions)["ada"]) == "ada is there twice, ada and ada.zip: leave one."


def test_several_zips(submissions: Path) -> None:
    """A folder with two zips says which one counts: neither."""
    (submissions / "ada").mkdir()
    for name in ("one.zip", "two.zip"):
        pack(submissions / "ada" / name, {f"exercises/{PLACE}": RIGHT})
    assert problem(look(submissions)["ada"]) == "ada has 2 zips: leave the one that counts."


@pytest.mark.parametrize("name", ["nowhere", "empty", "text.csv"])
def test_nobody_there(tmp_path: Path, name: str) -> None:
    """No folder, nobody in it, or something else: one sentence says so."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.csv").write_text("ada,3\n")
    with pytest.raises(GraderError, match=name):
        find(tmp_path / name, [CHECKOUT.file])
