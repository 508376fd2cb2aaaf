"""A course by other authors: how it begins, what it is held to, what is packed and exported."""

import base64
import csv
import hashlib
import io
import os
import re
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from email.parser import BytesParser
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from grader.cli import app
from grader.commands.export import contents
from grader.commands.export.platforms import Platform
from grader.commands.packs import backend, beginning, building, checking
from grader.course import exercises as course
from grader.course import folders, manifests, parcel, suites
from grader.model.errors import GraderError

ROOT = folders.find_root(Path(__file__).parent)
PLAIN = ROOT / "tests/packs/plain_asyncio"
OURS = ROOT / "action.yml"
IGNORED = shutil.ignore_patterns("__pycache__", "*.bak")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A copy of the second course, which a test can spoil."""
    return shutil.copytree(PLAIN, tmp_path / "plain", ignore=IGNORED)


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs a command in a folder; returns what it prints. Raises GraderError."""

    def run(*words: str, at: Path) -> str:
        monkeypatch.chdir(at)
        result = CliRunner().invoke(app, list(words))
        if isinstance(result.exception, GraderError):
            raise result.exception
        return result.output

    return run


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# -- how one begins ----------------------------------------------------------


def test_a_new_course_works_at_once(grader: Callable[..., str], tmp_path: Path) -> None:
    """Its exercise is listed, and verify names only what is still to write."""
    told = grader("course", "new", "mine", "--title", 'Queues, "quick"', at=tmp_path)
    assert told.startswith("mine has the course queues_quick, with one exercise.")
    mine = tmp_path / "mine"
    manifest = manifests.read(mine)
    assert manifest is not None
    assert (manifest.id, manifest.title) == ("queues_quick", 'Queues, "quick"')
    assert "01  first_wait" in grader("list", at=mine)
    told = grader("verify", at=mine)
    to_do = {line.partition(",")[0] for line in told.splitlines() if "still says TODO" in line}
    written = ("course.toml", "exercises/README.md", "exercises/01_first_wait/README.md")
    assert {*written, "exercises/chapters/first_steps.md"} <= to_do
    right, wrong, last = [line for line in told.splitlines() if "TODO" not in line]
    assert right == "solutions/01_first_wait/right has 0 files; it needs 3."
    assert wrong == "solutions/01_first_wait/wrong has 0 files; it needs 4."
    assert last.startswith("2 answers judged, ")
    texts = [
        path.read_text() for path in mine.rglob("*") if path.suffix in (".md", ".toml", ".yml")
    ]
    assert not re.search(r"@[A-Z]+@", "".join(texts))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mine", "--title", "!"), "'' is no id for a course."),
        (("mine", "--title", "A", "--id", "1x"), "'1x' is no id for a course."),
        (("full", "--title", "A"), "full is not empty: notes.txt lies in it."),
    ],
)
def test_a_new_course_that_cannot_be(
    grader: Callable[..., str], tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    """One sentence, and nothing is made."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").touch()
    with pytest.raises(GraderError) as error:
        grader("course", "new", *words, at=tmp_path)
    assert error.value.problem == said
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "notes.txt"]


# -- what it says of itself --------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("format = 1", "format = 2", "has the format 2, and this grader knows 1. A newer grader"),
        ("format = 1", "format = 0", "has the format 0, and this grader knows 1. Ask for"),
        ("format = 1\n", "", "has the format None"),
        ('id = "plain_asyncio"', 'id = "Plain"', "course.toml: id: "),
        ('version = "1.2"', 'version = "new"', "course.toml: version: "),
        ('title = "Plain asyncio"\n', "", "course.toml: title: Field required."),
        ('grader = ">=0.1"', 'grader = "0.1"', "course.toml: grader: "),
        ("anyio>=4", "anyio 4", "course.toml: dependencies.0: "),
        ("format = 1", "format = 1\nauthor = 1", "course.toml: author: Extra inputs"),
        ("format = 1", "format == 1", "course.toml cannot be read: "),
        ('check = "value"', 'check = "taste"', "there is no check 'taste', only arguments, "),
        (
            'grader = ">=0.1"',
            'grader = ">=99"',
            "The course Plain asyncio needs a grader >=99, and this is ",
        ),
    ],
)
def test_a_manifest_that_cannot_be_used(plain: Path, old: str, new: str, said: str) -> None:
    """An older or newer format, a grader that is too old, a slip: one sentence each."""
    edit(plain / "course.toml", old, new)
    with pytest.raises(GraderError) as error:
        course.load(plain)
    assert said in str(error.value)


def test_a_diagnosis_of_its_own(plain: Path, grader: Callable[..., str]) -> None:
    """It is explained in its course only, packed and handed out; its name is its own."""
    assert "Whoever reads 0.0 takes it for a temperature." in grader(
        "explain", "made-up-reading", at=plain
    )
    listed = " ".join(grader("explain", at=plain).split())
    assert "made-up-reading The sensor said nothing" in listed
    with pytest.raises(GraderError, match="There is no diagnosis 'made-up-reading'"):
        grader("explain", "made-up-reading", at=ROOT)
    page = "diagnoses/made-up-reading.md"
    assert plain / page in parcel.files(plain, solutions=False)
    found = course.load(plain)
    assert page in contents.pristine(found, found.exercises)
    edit(plain / "course.toml", 'id = "made-up-reading"', 'id = "wrong-value"')
    assert checking.problems(course.load(plain))[0] == (
        "course.toml: wrong-value is a diagnosis of the grader's: rename yours."
    )


@pytest.mark.parametrize("root", [ROOT, PLAIN], ids=["awaitlings", "plain_asyncio"])
def test_both_courses_keep_what_verify_asks_of_a_course(root: Path) -> None:
    """Awaitlings is held to the same as any other."""
    assert checking.problems(course.load(root)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "exercises/README.md",
            "Whoever takes the first result",
            "Who",
            "exercises/README.md has no line: - 02 [take_the_first](02_take_the_first): Whoever "
            "takes the first result ends the others.",
        ),
        (
            "exercises/chapters/waiting.md",
            "- [not_for_ever](../03_not_for_ever): at most a second\n",
            "",
            "exercises/chapters/waiting.md has no line: - [not_for_ever](../03_not_for_ever): ",
        ),
        (
            "exercises/chapters/waiting.md",
            "What else",
            "[Else](../else.md)",
            "exercises/chapters/waiting.md, line 3: ../else.md is not there.",
        ),
        (
            "course.toml",
            "Say how long",
            "TODO",
            "course.toml, line 10, still says TODO.",
        ),
        (
            "course.toml",
            "Apache-2.0",
            "the usual one",
            "course.toml: the licence 'the usual one' is no SPDX expression, such as MIT or "
            "LicenseRef-Own.",
        ),
        (
            "course.toml",
            "anyio>=4",
            "no-such-package",
            "course.toml: no-such-package is not installed here.",
        ),
        (
            "tests/exercises/pytest.ini",
            "timeout = 10",
            "timeout = 99",
            f"tests/exercises/pytest.ini differs from the grader's own, {suites.SETTINGS}.",
        ),
        (
            "solutions/03_not_for_ever/wrong/made_up.py",
            "= made-up-reading",
            "= wrong-value",
            "course.toml: no wrong answer gets made-up-reading.",
        ),
    ],
)
def test_what_is_wrong_with_a_course_is_told(
    plain: Path, file: str, old: str, new: str, said: str
) -> None:
    """Each is one sentence, and the only one."""
    edit(plain / file, old, new)
    assert checking.problems(course.load(plain)) == [said]


def test_a_page_that_is_missing_is_told_once(plain: Path) -> None:
    """And verify without a name is what tells it."""
    (plain / "exercises/chapters/waiting.md").unlink()
    told = checking.problems(course.load(plain))
    assert told.count("exercises/chapters/waiting.md is missing.") == 1
    (plain / "course.toml").unlink()
    told = checking.problems(course.load(plain))
    assert told[0] == "course.toml is missing: `grader course new` shows what it holds."


def test_the_numbers_of_answers_are_the_courses_own(
    plain: Path, grader: Callable[..., str]
) -> None:
    """One right and one wrong answer are enough for it, until it says otherwise."""
    assert grader("verify", at=plain).endswith("13 answers judged, 0 broken promises.\n")
    edit(plain / "course.toml", "wrong = 1", "wrong = 2")
    told = grader("verify", "take_the_first", at=plain)
    assert told.splitlines()[0] == "solutions/02_take_the_first/wrong has 1 files; it needs 2."


# -- its packages ------------------------------------------------------------


def test_the_two_packages_of_a_course(plain: Path, grader: Callable[..., str]) -> None:
    """A learner's has no solution, a teacher's has all; what pip reads is right in both."""
    told = grader("course", "build", at=plain).splitlines()
    name = "plain_asyncio-1.2-py3-none-any.whl"
    assert told == [f"dist/learner/{name}", f"dist/teacher/{name}"]
    names = {}
    for kind in ("learner", "teacher"):
        with zipfile.ZipFile(plain / "dist" / kind / name) as file:
            names[kind] = set(file.namelist())
            info = "plain_asyncio-1.2.dist-info"
            rows = list(csv.reader(io.StringIO(file.read(f"{info}/RECORD").decode())))
            for path, digest, _ in rows[:-1]:
                found = hashlib.sha256(file.read(path)).digest()
                assert digest == f"sha256={base64.urlsafe_b64encode(found).decode().rstrip('=')}"
            assert {path for path, _, _ in rows} == names[kind]
            said = BytesParser().parsebytes(file.read(f"{info}/METADATA"))
            points = file.read(f"{info}/entry_points.txt").decode()
    assert points == "[awaitlings.courses]\nplain_asyncio = plain_asyncio\n"
    assert said.get_all("Requires-Dist") == ["awaitlings>=0.1", "anyio>=4"]
    assert (said["Name"], said["License-Expression"]) == ("plain-asyncio", "Apache-2.0")
    assert "lists them" in str(said.get_payload())
    assert "](exercises" not in str(said.get_payload())
    solutions = {each for each in names["teacher"] if each.startswith("plain_asyncio/solutions/")}
    assert len(solutions) == 10
    assert names["teacher"] - names["learner"] == solutions
    assert "plain_asyncio/tests/exercises/01_wait_for_both/stub.py" in names["learner"]
    assert "plain_asyncio/exercises/01_wait_for_both/wait_for_both.py" not in names["learner"]


def test_the_same_course_gives_the_same_bytes(plain: Path, tmp_path: Path) -> None:
    """Whatever time it is, and whatever an author has tried in the stubs."""
    found = course.load(plain)
    first = building.wheel(found, tmp_path, solutions=True).read_bytes()
    stub = plain / "exercises/01_wait_for_both/wait_for_both.py"
    stub.write_text("a try")
    os.utime(plain / "course.toml", (0, 0))
    assert building.wheel(found, tmp_path, solutions=True).read_bytes() == first


def test_a_package_that_cannot_be_written_leaves_none(
    plain: Path, grader: Callable[..., str]
) -> None:
    """One sentence, and no half of the two."""
    (plain / "dist").mkdir()
    (plain / "dist/teacher").touch()
    with pytest.raises(GraderError, match="dist cannot be written to"):
        grader("course", "build", at=plain)
    assert list((plain / "dist/learner").iterdir()) == []


def test_awaitlings_own_package_is_made_otherwise(
    grader: Callable[..., str], tmp_path: Path
) -> None:
    """It has the grader in it: a wheel of its course alone would need itself."""
    with pytest.raises(GraderError, match="AWAITLINGS_SOLUTIONS=off"):
        grader("course", "build", "--to", str(tmp_path / "dist"), at=ROOT)
    assert not (tmp_path / "dist").exists()


def test_pip_and_build_can_make_them_too(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hooks that pyproject.toml names; of the sdist the same wheel can be made."""
    monkeypatch.chdir(plain)
    wheel = (tmp_path / backend.build_wheel(str(tmp_path))).read_bytes()
    with tarfile.open(tmp_path / backend.build_sdist(str(tmp_path))) as file:
        file.extractall(tmp_path / "from", filter="data")
    monkeypatch.chdir(tmp_path / "from/plain_asyncio-1.2")
    assert (tmp_path / backend.build_wheel(str(tmp_path))).read_bytes() == wheel
    with zipfile.ZipFile(tmp_path / backend.build_editable(str(tmp_path))) as file:
        assert all(".dist-info/" in name for name in file.namelist())


# -- a class with it ---------------------------------------------------------


def test_a_starter_has_the_courses_name_licence_and_dependencies() -> None:
    """And nothing of Awaitlings' own words."""
    found = course.load(PLAIN)
    files = contents.files(found, found.exercises, Platform.actions, "week1")
    assert files["README.md"].startswith(b"# Plain asyncio\n")
    assert files["LICENSE"] == (PLAIN / "LICENSE").read_bytes()
    assert files["course.toml"] == (PLAIN / "course.toml").read_bytes()
    assert b'    "anyio>=4",\n' in files["pyproject.toml"]
    assert b'description = "Plain asyncio"' in files["pyproject.toml"]


def test_what_has_no_app_cannot_be_served(plain: Path, grader: Callable[..., str]) -> None:
    """One sentence, and no traceback of uvicorn."""
    with pytest.raises(GraderError, match="wait_for_both has no app that could be served"):
        grader("serve", "wait_for_both", at=plain)


def test_the_workflow_of_a_new_course_uses_what_ours_uses() -> None:
    """Actions by the same commits, so that they are brought up to date together."""
    files = beginning.files("A", "a")
    theirs, ours = (
        YAML(typ="safe").load(text) for text in (files["action.yml"], OURS.read_bytes())
    )
    assert [theirs[part] for part in ("inputs", "outputs")] == [ours["inputs"], ours["outputs"]]
    for their, our in zip(theirs["runs"]["steps"], ours["runs"]["steps"], strict=True):
        assert (their == our) is ("Install" not in their["name"])
    uses = re.compile(r"uses: (\S+@\S+)")
    ours = set(uses.findall((ROOT / ".github/workflows/ci.yml").read_text()))
    theirs = set(uses.findall(files[".github/workflows/ci.yml"].decode()))
    assert theirs
    assert theirs <= ours


def test_what_quotes_the_solutions_goes_with_them() -> None:
    """A package without solutions has no signed mutants: their names are lines of answers."""
    teachers, learners = (
        {path.name for path in parcel.files(ROOT, solutions=solutions)}
        for solutions in (True, False)
    )
    assert parcel.SIGNED in teachers
    assert parcel.SIGNED not in learners
