"""A learner's folder: `grader init` makes it whole or not at all, `grader update` loses nothing."""

import json
import os
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.course import exercises as course
from grader.course import folders, manifests, packs
from grader.model.errors import GraderError

ROOT = folders.find_root(Path(__file__).parent)
CHOSEN = ("01_await_the_quote", "06_checkout", "07_checkout_in_order")
STUB, LESSON = "exercises/06_checkout/checkout.py", "exercises/06_checkout/README.md"


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed course of three exercises, whose files a test can change: a new release."""
    root = tmp_path / "site-packages/awaitlings"
    for folder in CHOSEN:
        for part in ("exercises", "tests/exercises", "solutions"):
            shutil.copytree(
                ROOT / part / folder,
                root / part / folder,
                ignore=shutil.ignore_patterns("__pycache__", "*.bak"),
            )
    for page in (
        "course.toml",
        "exercises/README.md",
        "exercises/chapters",
        "exercises/examined.md",
    ):
        copy = shutil.copytree if (ROOT / page).is_dir() else shutil.copy
        copy(ROOT / page, root / page)
    monkeypatch.setattr(packs, "installed", lambda: {"awaitlings": root})
    return root


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., str]:
    """Runs a command in a folder; returns what it prints. Raises GraderError."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, at: Path | None = None) -> str:
        monkeypatch.chdir(at or tmp_path)
        result = CliRunner().invoke(app, list(words))
        if isinstance(result.exception, GraderError):
            raise result.exception
        return result.output

    return run


@pytest.fixture
def home(pack: Path, grader: Callable[..., str], tmp_path: Path) -> Path:
    grader("init", "work")
    return tmp_path / "work"


def release(pack: Path, version: str = "0.2.0") -> None:
    text = (pack / "course.toml").read_text()
    (pack / "course.toml").write_text(text.replace('"0.1.0"', f'"{version}"'))


def reword(path: Path) -> bytes:
    """Another text, for each path another."""
    path.write_bytes(path.read_bytes() + f"\n# Another word at {path}.\n".encode())
    return path.read_bytes()


def paths(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_init_writes_what_a_learner_needs_and_no_more(home: Path, pack: Path) -> None:
    """Lessons, chapters, original stubs, editor settings, one line; no suite, no solution."""
    there = paths(home)
    for folder in CHOSEN:
        stub = home / f"exercises/{folder}/{folder[3:]}.py"
        assert stub.read_bytes() == (pack / f"tests/exercises/{folder}/stub.py").read_bytes()
        assert f"exercises/{folder}/README.md" in there
    expected = (".awaitlings", ".gitignore", ".vscode/settings.json", "exercises/README.md")
    assert {*expected, "exercises/chapters/concurrency.md", "pytest.ini"} <= there
    assert not [path for path in there if "solutions" in path or "test_" in path]
    assert (home / ".awaitlings").read_text().count("\n") == 1


@pytest.mark.usefixtures("pack")
def test_init_takes_a_folder_in_which_only_tools_have_been(
    tmp_path: Path, grader: Callable[..., str]
) -> None:
    """A virtual environment and a .git do not make a folder one with somebody's work."""
    for name in (".git/HEAD", "venv/pyvenv.cfg"):
        (tmp_path / "work" / name).parent.mkdir(parents=True)
        (tmp_path / "work" / name).touch()
    told = grader("init", at=tmp_path / "work")
    assert "Async FastAPI exercises 0.1.0: 3 exercises." in told
    assert told.endswith("Next: grader watch\n")


@pytest.mark.usefixtures("pack")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("work/notes.txt", "work is not empty: notes.txt lies in it."),
        ("work/.vscode/settings.json", "work is not empty: .vscode lies in it."),
        ("work", "work is a file."),
        ("tests/exercises/01_a/x.py", "work lies in the course"),
    ],
)
def test_init_refuses_what_may_be_somebodys(
    tmp_path: Path, grader: Callable[..., str], name: str, said: str
) -> None:
    """One sentence, and everything is as it was."""
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("mine")
    before = paths(tmp_path)
    with pytest.raises(GraderError) as error:
        grader("init", "work")
    assert error.value.problem.startswith(said)
    assert paths(tmp_path) == before


def test_init_a_second_time_names_update(home: Path, grader: Callable[..., str]) -> None:
    """A folder that has been made already is brought up to date, not made again."""
    with pytest.raises(GraderError, match="`grader update`"):
        grader("init", str(home))
    with pytest.raises(GraderError, match="This folder has been made by grader init already"):
        grader("init", at=home)


@pytest.mark.usefixtures("pack")
@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize("fails", ["write_bytes", "rename"])
def test_init_that_fails_leaves_nothing(
    tmp_path: Path,
    grader: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    fails: str,
    is_there: bool,
) -> None:
    """No right to write, or a full disk, at any step: one sentence, and nothing half made."""
    if is_there:
        (tmp_path / "work").mkdir()
    calls = 0

    def refuse(*_args: object) -> int:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise PermissionError(13, "Permission denied")
        return 0

    with monkeypatch.context() as patch:
        if fails == "rename":
            real = os.rename
            patch.setattr(os, "rename", lambda a, b: real(a, b) if not refuse() else None)
        else:
            patch.setattr(Path, "write_bytes", refuse)
        with pytest.raises(GraderError, match=r"work cannot be written to: Permission denied\."):
            grader("init", "work")
    assert (tmp_path / "work").exists() == is_there
    assert not is_there or list((tmp_path / "work").iterdir()) == []
    assert "Next" in grader("init", "work")


def test_the_commands_of_a_learner_work_there(home: Path, grader: Callable[..., str]) -> None:
    """With the suites and solutions of the package, from any folder below."""
    below = home / "exercises/06_checkout"
    assert "06  checkout" in grader("list", at=below)
    assert "not started" in grader("run", "checkout", at=below)
    shutil.copy(ROOT / "solutions/06_checkout/checkout.py", below)
    assert "All passed" in grader("run", "checkout", at=home)
    assert "gather" in grader("solution", "checkout", at=home)
    assert "Hint 1 of 3" in grader("hint", "checkout", at=home)
    assert "# " not in grader("lesson", "checkout", at=home)[:80]
    told = grader("reset", "checkout", at=home)
    assert "exercises/06_checkout/checkout.py is the original stub again." in told
    for command in (["verify"], ["new", "another"]):
        with pytest.raises(GraderError, match="holds a learner's files"):
            grader(*command, at=home)


def test_where_there_is_no_course_init_is_named(
    tmp_path: Path, grader: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installed grader, and a folder that nothing is in."""
    monkeypatch.setattr(packs, "BESIDE", tmp_path / "site-packages")
    with pytest.raises(GraderError, match=r"There is no course in .*grader init DIR"):
        grader("list")


def test_update_without_a_new_release_changes_nothing(
    home: Path, grader: Callable[..., str]
) -> None:
    """What the learner has written is no reason to say anything."""
    reword(home / STUB)
    before = {path: (home / path).read_bytes() for path in paths(home)}
    assert "nothing was changed" in grader("update", at=home)
    assert {path: (home / path).read_bytes() for path in paths(home)} == before


def test_update_replaces_what_is_untouched_and_keeps_what_is_not(
    home: Path, pack: Path, grader: Callable[..., str]
) -> None:
    """A new release with other stubs and lessons, of which the learner has changed some."""
    release(pack)
    new = {
        folder: (
            reword(pack / f"exercises/{folder}/README.md"),
            reword(pack / f"tests/exercises/{folder}/stub.py"),
        )
        for folder in CHOSEN[:2]
    }
    mine = reword(home / STUB), reword(home / "exercises/README.md")
    told = grader("update", at=home)
    assert "Async FastAPI exercises 0.1.0 -> 0.2.0." in told
    first = home / "exercises" / CHOSEN[0]
    assert (first / "README.md").read_bytes() == new[CHOSEN[0]][0]
    assert (first / "await_the_quote.py").read_bytes() == new[CHOSEN[0]][1]
    assert ((home / STUB).read_bytes(), (home / "exercises/README.md").read_bytes()) == mine
    assert (home / LESSON).read_bytes() == new[CHOSEN[1]][0]
    assert "3 files replaced." in told
    assert "Lessons that have changed: await_the_quote, checkout" in told
    assert "You have worked on checkout: read its task again" in told
    assert "worked on await_the_quote" not in told
    assert f"{STUB} is kept as you have it; the course has another stub. `grader reset che" in told
    assert "nothing was changed" in grader("update", at=home)
    grader("reset", "checkout", at=home)
    assert (home / STUB).read_bytes() == new[CHOSEN[1]][1]
    assert (home / f"{STUB}.bak").read_bytes() == mine[0]


def test_update_adds_removes_and_moves_exercises(
    home: Path, pack: Path, grader: Callable[..., str]
) -> None:
    """Another number takes the learner's work along; what is gone goes where it was untouched."""
    release(pack)
    for part in ("exercises", "tests/exercises", "solutions"):
        (pack / part / "06_checkout").rename(pack / part / "09_checkout")
        shutil.rmtree(pack / part / CHOSEN[0])
        (pack / part / CHOSEN[0] / "__pycache__").mkdir(parents=True)  # as pip leaves it
        shutil.copytree(ROOT / part / "08_dashboard", pack / part / "08_dashboard")
    mine = reword(home / STUB)
    kept = reword(home / f"exercises/{CHOSEN[0]}/await_the_quote.py")
    told = grader("update", at=home)
    assert (home / "exercises/09_checkout/checkout.py").read_bytes() == mine
    assert not (home / "exercises/06_checkout").exists()
    assert f"{STUB} is exercises/09_checkout/checkout.py now, with your work in it." in told
    assert (home / f"exercises/{CHOSEN[0]}/await_the_quote.py").read_bytes() == kept
    assert not (home / f"exercises/{CHOSEN[0]}/README.md").exists()
    assert (home / "exercises/08_dashboard/dashboard.py").is_file()
    assert "checkout" in grader("list", at=home)
    assert "Lessons that have changed" not in told


def test_update_follows_no_link(home: Path, pack: Path, grader: Callable[..., str]) -> None:
    """Neither a linked file nor one in a linked folder is written."""
    release(pack)
    reword(pack / "tests/exercises/06_checkout/stub.py")
    reword(pack / "tests/exercises/01_await_the_quote/stub.py")
    outside = home.parent / "outside"
    (home / "exercises/01_await_the_quote").rename(outside)
    (home / "exercises/01_await_the_quote").symlink_to(outside)
    target = home.parent / "target.py"
    (home / STUB).rename(target)
    (home / STUB).symlink_to(target)
    before = target.read_bytes(), (outside / "await_the_quote.py").read_bytes()
    told = grader("update", at=home)
    assert (target.read_bytes(), (outside / "await_the_quote.py").read_bytes()) == before
    assert told.count("is kept as you have it") == 2


def test_an_update_that_is_cut_off_goes_on(
    home: Path, pack: Path, grader: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is written last: the next update does the rest, and tells all of it."""
    release(pack)
    for folder in CHOSEN:
        reword(pack / f"tests/exercises/{folder}/stub.py")
        reword(pack / f"exercises/{folder}/README.md")
    real, calls = folders.replace, 0

    def replace(path: Path, data: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise OSError(28, "No space left on device", str(path))
        real(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(folders, "replace", replace)
        with pytest.raises(GraderError, match="cannot be updated: No space left on device"):
            grader("update", at=home)
    told = grader("update", at=home)
    assert "0.1.0 -> 0.2.0" in told
    assert "3 files replaced." in told
    assert "changed: await_the_quote, checkout, checkout_in_order" in told


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"format": 2}, "has the format 2, and this grader knows 1. A newer grader reads it"),
        ({"format": 0}, "has the format 0, and this grader knows 1. Make a new folder"),
        ({"files": {"../x": "0"}}, "cannot be read"),
        ({"files": None}, "cannot be read"),
        ({"course": "plain_asyncio"}, "The course plain_asyncio is not installed here."),
    ],
)
def test_a_line_that_cannot_be_used_is_told(
    home: Path, grader: Callable[..., str], line: dict[str, object], said: str
) -> None:
    """An older or newer format, a damaged line, a course that is not there: one sentence each."""
    data = json.loads((home / ".awaitlings").read_text())
    (home / ".awaitlings").write_text(json.dumps({**data, **line}))
    for command in ("update", "list"):
        with pytest.raises(GraderError) as error:
            grader(command, at=home)
        assert said in str(error.value)


def test_a_folder_that_is_behind_is_told_so(
    home: Path, pack: Path, grader: Callable[..., str]
) -> None:
    """By the board, until it has been updated."""
    release(pack)
    assert "of 0.1.0, and 0.2.0 is installed. `grader update` br" in " ".join(
        grader(at=home).split()
    )
    grader("update", at=home)
    assert "is installed" not in grader(at=home)


def test_the_last_pass_has_the_courses_closing_words(
    home: Path, pack: Path, grader: Callable[..., str]
) -> None:
    """When all of the course is passed, and not before."""
    for folder in CHOSEN[:2]:
        name = f"{folder}/{folder[3:]}.py"
        shutil.copy(pack / "solutions" / name, home / "exercises" / name)
    assert "That was the last one." not in grader(at=home)
    name = f"{CHOSEN[2]}/checkout_in_order.py"
    shutil.copy(pack / "solutions" / name, home / "exercises" / name)
    assert "That was the last one." in grader(at=home)


def test_the_course_and_the_package_are_of_one_version() -> None:
    """course.toml says what pyproject.toml says, and setup.py packs where the entry point looks."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    manifest = manifests.read(ROOT)
    assert manifest is not None
    assert (manifest.version, manifest.license) == (project["version"], project["license"])
    assert project["entry-points"][packs.GROUP] == {manifest.id: packs.OWN}


def test_update_in_a_clone_says_what_to_do(grader: Callable[..., str]) -> None:
    """A clone is brought up to date by git."""
    with pytest.raises(GraderError, match="git pull"):
        grader("update", at=ROOT)


def test_two_packages_with_a_course_of_one_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is taken, and the sentence names both."""
    places = []
    for package in ("one", "two"):
        place = tmp_path / package
        (place / "same/tests/exercises").mkdir(parents=True)
        (place / "same/course.toml").touch()
        info = place / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{packs.GROUP}]\nsame = same\n")
        places.append(str(place))
    monkeypatch.setattr("sys.path", places[:1])
    assert packs.find("same") == tmp_path / "one/same"
    monkeypatch.setattr("sys.path", places)
    with pytest.raises(GraderError, match="The packages one and two both bring a course called s"):
        packs.installed()


def test_an_editable_course_is_the_authors_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its place stands in the install's own record."""
    (tmp_path / "own/tests/exercises").mkdir(parents=True)
    (tmp_path / "own/course.toml").touch()
    (tmp_path / "own_course/tests/exercises/01_gone/__pycache__").mkdir(parents=True)
    info = tmp_path / "own-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{packs.GROUP}]\nown_course = own_course\n")
    record = {"url": (tmp_path / "own").as_uri(), "dir_info": {"editable": True}}
    (info / "direct_url.json").write_text(json.dumps(record))
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert packs.find("own_course") == tmp_path / "own"


def test_a_loaded_course_knows_both_folders(home: Path, pack: Path) -> None:
    """The suite is the package's, the answer the learner's."""
    found = course.around(home)
    (checkout,) = found.select(["checkout"])
    assert checkout.stub == home / STUB
    assert checkout.suite.is_relative_to(pack)
    assert found.answers == home / "exercises"
