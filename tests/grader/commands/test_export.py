"""`grader export`: what is in a starter, and that no export goes over anybody's work."""

import ast
import io
import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from grader.cli import app
from grader.commands.export import contents, handout
from grader.commands.export.platforms import Platform
from grader.course import exercises as course
from grader.course import folders, patches
from grader.model.errors import GraderError

ROOT = folders.find_root(Path(__file__).parent)
COURSE = course.load(ROOT)
CHOSEN = COURSE.select(["01-03,checkout"])


def export(folder: Path, *options: str) -> Result:
    result = CliRunner().invoke(app, ["export", str(folder), *options])
    if isinstance(result.exception, GraderError):
        raise result.exception
    return result


def paths(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def text(files: dict[str, bytes]) -> str:
    """All that can be read in a starter, what its archives hold included."""
    parts = []
    for path, data in files.items():
        if path.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as file:
                parts.append(text({name: file.read(name) for name in file.namelist()}))
        else:
            parts.append(f"{path}\n{data.decode()}")
    return "\n".join(parts)


def test_a_starter_has_what_a_learner_needs(tmp_path: Path) -> None:
    """Stubs, lessons, suites, grader, project, workflow; only the chosen exercises."""
    folder = tmp_path / "week1"
    result = export(folder, "--exercises", "01-03,checkout")
    assert f"{folder}: 4 exercises, " in result.output
    there = paths(folder)
    for exercise in CHOSEN:
        stub = folder / "exercises" / exercise.folder / exercise.file
        assert stub.read_bytes() == exercise.original.read_bytes()
        assert f"exercises/{exercise.folder}/README.md" in there
        assert f"tests/exercises/{exercise.folder}/{exercise.suite.name}" in there
    assert {
        "README.md",
        "LICENSE",
        ".gitignore",
        "constraints.txt",
        "pyproject.toml",
        "exercises/README.md",
        "exercises/chapters/concurrency.md",
        "tests/exercises/pytest.ini",
        "grader/cli/__init__.py",
        "grader/diagnosis/pages/deadlock.md",
        ".github/workflows/classroom.yml",
    } <= there
    assert {p.split("/")[1] for p in there if p.startswith("exercises/")} == {
        "README.md",
        "chapters",
        "examined.md",
        "afterwards.md",
        *(exercise.folder for exercise in CHOSEN),
    }
    assert "pip install -e . -c constraints.txt && grader" in (folder / "README.md").read_text()


def code_lines(path: Path) -> set[str]:
    """The telling lines of a file's code: no imports, nothing that any program might have."""
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError:
        return set()
    lines = [line.strip() for line in ast.unparse(tree).splitlines()]
    return {line for line in lines if len(line) > 40 and not line.startswith(("import", "from"))}


@pytest.mark.parametrize("platform", Platform)
def test_nothing_of_a_solution_or_a_wrong_answer_is_in_any_file(platform: Platform) -> None:
    """No path, no docstring, and no function body of one, not in an archive either."""
    files = contents.files(COURSE, COURSE.exercises, platform, "week1")
    whole = text(files)
    handed = {line.strip() for line in whole.splitlines()}
    assert not [path for path in files if "solutions/" in path]
    given = set().union(*(code_lines(exercise.original) for exercise in COURSE.exercises))
    for exercise in COURSE.exercises:
        for path in sorted(exercise.solutions.rglob("*.py")):
            data = patches.whole(path)
            assert data not in whole
            body = data.partition('"""')[2].partition('"""')[0].strip()
            if path.parent.name in ("right", "wrong"):
                assert body not in whole, path
        needed = code_lines(exercise.solution) - given
        assert needed & handed == set(), exercise.slug


def test_links_lead_somewhere(tmp_path: Path) -> None:
    """What was not selected is not linked to; its list items are gone."""
    folder = tmp_path / "week1"
    export(folder, "--exercises", "01,06")
    for page in folder.glob("exercises/**/*.md"):
        for link in contents.LINK.finditer(page.read_text()):
            assert ":" in link[2] or (page.parent / link[2]).exists(), (page, link[0])
    assert "dashboard" not in (folder / "exercises/chapters/concurrency.md").read_text()


def test_an_export_is_the_same_each_time() -> None:
    """Byte for byte, so that an update shows what has changed and nothing else."""
    first = contents.files(COURSE, CHOSEN, Platform.classroom, "week1")
    assert first == contents.files(COURSE, CHOSEN, Platform.classroom, "week1")


def test_an_export_is_brought_up_to_date(tmp_path: Path) -> None:
    """What is as it was handed out is replaced or removed, what was added stays."""
    folder = tmp_path / "week1"
    export(folder, "--exercises", "01-03")
    (folder / "SYLLABUS.md").write_text("ours")
    (folder / ".git").mkdir()
    (folder / "README.md").unlink()
    export(folder, "--exercises", "02,06")
    assert (folder / "SYLLABUS.md").read_text() == "ours"
    assert (folder / "README.md").is_file()
    assert not (folder / "exercises/01_await_the_quote").exists()
    assert (folder / "exercises/06_checkout/checkout.py").is_file()
    fresh = tmp_path / "fresh"
    export(fresh, "--exercises", "02,06")
    assert paths(folder) == paths(fresh) | {"SYLLABUS.md"}


@pytest.mark.parametrize("changed", ["exercises/06_checkout/checkout.py", "README.md"])
@pytest.mark.parametrize("chosen", ["06", "01"])
def test_a_learners_work_is_never_overwritten(tmp_path: Path, changed: str, chosen: str) -> None:
    """One changed file, and nothing is written, not even if that exercise goes."""
    folder = tmp_path / "week1"
    export(folder, "--exercises", "06")
    (folder / changed).write_text("mine")
    (folder / "LICENSE").unlink()
    with pytest.raises(GraderError) as caught:
        export(folder, "--exercises", chosen)
    assert caught.value.problem == (
        f"{changed} in {folder} is not as it was handed out: it may be somebody's work."
    )
    assert (folder / changed).read_text() == "mine"
    assert not (folder / "LICENSE").exists()


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(GraderError) as caught:
        export(tmp_path)
    assert caught.value.problem == (
        f"{tmp_path} is not empty, and not a starter that was exported before."
    )
    assert paths(tmp_path) == {"notes.txt"}


def test_a_fresh_clone_of_an_empty_repository_will_do(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    export(tmp_path, "--exercises", "06")
    assert (tmp_path / "exercises/06_checkout/checkout.py").is_file()


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """Neither for a file nor for a folder."""
    folder = tmp_path / "week1"
    elsewhere = tmp_path / "elsewhere"
    export(folder, "--exercises", "06")
    (folder / "exercises").rename(elsewhere)
    (folder / "exercises").symlink_to(elsewhere)
    (elsewhere / "README.md").unlink()
    with pytest.raises(GraderError, match="is not as it was handed out"):
        export(folder, "--exercises", "06")
    assert not (elsewhere / "README.md").exists()


@pytest.mark.parametrize("inside", ["starter", "exercises", ".", "tests/../out"])
def test_a_folder_inside_the_course_is_refused(inside: str) -> None:
    with pytest.raises(GraderError) as caught:
        export(ROOT / inside)
    assert "lies inside the course" in caught.value.problem
    assert not (ROOT / "starter").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "starter"
    file.write_text("")
    with pytest.raises(GraderError) as caught:
        export(file)
    assert caught.value.problem == f"{file} is a file."


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"files": []}', '{"files": {"../other.txt": ""}}', '{"files": {"/etc/x": ""}}'],
)
def test_a_broken_list_is_refused(tmp_path: Path, content: str) -> None:
    """The list decides what may be replaced and removed, so it must make sense."""
    (tmp_path / handout.LIST).write_text(content)
    with pytest.raises(GraderError) as caught:
        export(tmp_path)
    assert caught.value.problem == f".handed-out.json in {tmp_path} cannot be read."


def test_an_unknown_exercise_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(GraderError) as caught:
        export(tmp_path / "week1", "--exercises", "01,checkuot")
    assert caught.value.problem == "There is no exercise 'checkuot'."
    assert caught.value.remedy == "Did you mean checkout?"
    assert not (tmp_path / "week1").exists()


def test_the_list_names_all_that_was_written(tmp_path: Path) -> None:
    folder = tmp_path / "week1"
    export(folder, "--exercises", "06", "--for", "actions")
    listed = json.loads((folder / handout.LIST).read_text())["files"]
    assert {*listed, handout.LIST} == paths(folder)
