"""Which files a starter has, as bytes by their path.

A starter carries the grader, so that it works alone: no registry, no second repository.
For its CI it carries them once more, as `.github/grader.zip`, whose digest the workflow
knows: what a learner edits in `grader/` or `tests/` is theirs alone.
"""

import hashlib
import importlib.metadata
import io
import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from posixpath import normpath

import grader
from grader.commands.export.platforms import Platform
from grader.course.constraints import FILE as CONSTRAINTS
from grader.course.exercises import Course, Exercise
from grader.course.manifests import FILE as MANIFEST
from grader.course.manifests import PAGES as PAGES_OF_DIAGNOSES
from grader.course.parcel import sources, without_signed

TEMPLATES = Path(__file__).parent / "templates"
PACKAGE = Path(grader.__file__).parent
EDITOR_FOLDERS = (".devcontainer", ".vscode")
LINK = re.compile(r"\[([^\]]+)\]\(([^)\s#]+)(#[^)\s]*)?\)")
LINK_ITEM = re.compile(r"\s*- (\d\d )?\[")

Files = dict[str, bytes]

PAGES = ("exercises/examined.md", "exercises/afterwards.md")
"""What lessons link to: what every answer must stand."""


def files(course: Course, selection: tuple[Exercise, ...], platform: Platform, name: str) -> Files:
    """All that is handed out; `name` is the assignment's, as the platform knows it."""
    if platform is Platform.classroom50:
        return {
            **_below("starter", starter(course, selection, None)),
            f"autograders/{name}/autograder.py": template("autograder.py"),
            **_below(f"autograders/{name}/course", pristine(course, selection)),
        }
    if platform is Platform.gradescope:
        parts = {part: template(part) for part in ("setup.sh", "run_autograder", "grade.py")}
        bundle = {**parts, **_below("course", pristine(course, selection))}
        return {
            **_below("starter", starter(course, selection, None)),
            "autograder.zip": archive(bundle, programs=("setup.sh", "run_autograder")),
        }
    return starter(course, selection, platform)


def starter(course: Course, selection: tuple[Exercise, ...], platform: Platform | None) -> Files:
    """A learner's repository; with a workflow if `platform` has none of its own."""
    result = pristine(course, selection)
    bundle = archive(result)
    note = "\nYour teacher's platform grades what you hand in.\n"
    if platform is not None:
        result[".github/grader.zip"] = bundle
        result[".github/workflows/classroom.yml"] = workflow(bundle, selection, platform)
        note = (
            "\n## On GitHub\n\nEach push is graded as well: the Actions tab shows the points and "
            "the reasons. It grades\n`exercises/` with the grader as it was handed out, in "
            "`.github/`. Leave that folder as it is.\n"
        )
    readme = template("README.md").decode().replace("@WORKFLOW@\n", note)
    readme = readme.replace("@TITLE@", title(course))
    result["README.md"] = readme.encode()
    result[".gitignore"] = template("gitignore")
    for path in ("LICENSE", *_editor_files(course.root)):
        if (course.root / path).is_file():
            result[path] = (course.root / path).read_bytes()
    result |= lessons(course, selection)
    result["exercises/README.md"] = course_map(selection, result)
    return with_living_links(result)


def lessons(course: Course, selection: tuple[Exercise, ...]) -> Files:
    """What a learner reads and edits: lessons, chapters, and the original stubs."""
    result = {}
    for exercise in selection:
        folder = f"exercises/{exercise.folder}"
        result[f"{folder}/{exercise.file}"] = exercise.original.read_bytes()
        if exercise.lesson.is_file():
            result[f"{folder}/README.md"] = exercise.lesson.read_bytes()
        page = chapter_page(exercise)
        if (course.root / page).is_file():
            result[page] = (course.root / page).read_bytes()
    for page in PAGES:
        if (course.root / page).is_file():
            result[page] = (course.root / page).read_bytes()
    return result


def with_living_links(files: Files) -> Files:
    """The same, but no page of exercises/ links to what is not there."""
    for path in list(files):
        if path.endswith(".md") and path.startswith("exercises/"):
            files[path] = without_dead_links(files[path].decode(), path, files).encode()
    return files


def pristine(course: Course, selection: tuple[Exercise, ...]) -> Files:
    """The grader and the selected suites, ready to be installed and to grade with."""
    given = course.root / CONSTRAINTS
    known = given.read_bytes() if given.is_file() else b""
    result = {"pyproject.toml": pyproject(course), CONSTRAINTS: known}
    if (course.root / MANIFEST).is_file():
        result[MANIFEST] = (course.root / MANIFEST).read_bytes()
    for path in sources(PACKAGE):
        result[f"grader/{path.relative_to(PACKAGE).as_posix()}"] = path.read_bytes()
    for path in sources(course.root / PAGES_OF_DIAGNOSES):
        result[path.relative_to(course.root).as_posix()] = path.read_bytes()
    suites = course.root / "tests" / "exercises"
    folders = [exercise.suite.parent for exercise in selection]
    shared = [path for path in suites.iterdir() if path.is_file()]
    own = (path for folder in folders for path in sources(folder))
    for path in [*shared, *without_signed(own)]:
        result[path.relative_to(course.root).as_posix()] = path.read_bytes()
    return result


def pyproject(course: Course) -> bytes:
    """Installs `grader/` with what this installation of it and the course need."""
    needed = importlib.metadata.requires("awaitlings") or []
    dependencies = [line for line in needed if "extra ==" not in line]
    if course.manifest is not None:
        dependencies += course.manifest.dependencies
    listed = "\n".join(f"    {json.dumps(line)}," for line in sorted(dependencies))
    text = template("package.toml").decode()
    text = text.replace("@VERSION@", importlib.metadata.version("awaitlings"))
    text = text.replace("@TITLE@", json.dumps(title(course)))
    return text.replace("@DEPENDENCIES@", listed).encode()


def title(course: Course) -> str:
    return " ".join(course.manifest.title.split()) if course.manifest else "Exercises"


def workflow(bundle: bytes, selection: tuple[Exercise, ...], platform: Platform) -> bytes:
    """`.github/workflows/classroom.yml`: grades with `bundle` whatever else lies around."""
    numbers = [f"{exercise.number:02}" for exercise in selection]
    results = [f"EX{n}_RESULTS: ${{{{ steps.grade.outputs.ex{n} }}}}" for n in numbers]
    reporter = template("reporter.yml").decode()
    reporter = reporter.replace("@RESULTS@", "\n".join(f"          {line}" for line in results))
    reporter = reporter.replace("@RUNNERS@", ",".join(f"ex{number}" for number in numbers))
    text = template("classroom.yml").decode()
    text = text.replace("@EXERCISES@", ",".join(numbers))
    text = text.replace("@DIGEST@", hashlib.sha256(bundle).hexdigest())
    text = text.replace("@REPORTER@\n", reporter if platform is Platform.classroom else "")
    return text.encode()


def course_map(selection: tuple[Exercise, ...], present: Iterable[str]) -> bytes:
    """`exercises/README.md`: the selected exercises under their chapters."""
    lines = [template("exercises.md").decode()]
    chapter = ""
    for exercise in selection:
        settings = exercise.settings
        if settings.chapter != chapter:
            chapter = settings.chapter
            page = chapter_page(exercise)
            link = f"[{chapter}]({page.removeprefix('exercises/')})"
            lines.append(f"\n## {link if page in present else chapter}\n\n")
        link = f"[{exercise.slug}]({exercise.folder})"
        lines.append(f"- {exercise.number:02} {link}: {settings.teaches}\n")
    return "".join(lines).encode()


def without_dead_links(text: str, page: str, present: Iterable[str]) -> str:
    """Links to exercises that were not selected become words; list items about them go."""
    there = {str(parent) for path in present for parent in (path, *PurePosixPath(path).parents)}

    def alive(target: str) -> bool:
        at = normpath(str(PurePosixPath(page).parent / target))
        return ":" in target or at in there

    kept = []
    for line in text.splitlines(keepends=True):
        first = LINK.search(line)
        if first and LINK_ITEM.match(line) and not alive(first[2]):
            continue
        kept.append(LINK.sub(lambda link: link[0] if alive(link[2]) else link[1], line))
    return "".join(kept)


def archive(members: Files, programs: tuple[str, ...] = ()) -> bytes:
    """A zip that is the same, byte for byte, whenever its members are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(members):
            info = zipfile.ZipInfo(path)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, on every machine: its modes count
            info.external_attr = (0o100755 if path in programs else 0o100644) << 16
            file.writestr(info, members[path])
    return buffer.getvalue()


def template(name: str) -> bytes:
    return (TEMPLATES / name).read_bytes()


def _below(folder: str, members: Files) -> Files:
    return {f"{folder}/{path}": data for path, data in members.items()}


def _editor_files(root: Path) -> list[str]:
    found = [path for folder in EDITOR_FOLDERS for path in sources(root / folder)]
    return [path.relative_to(root).as_posix() for path in found]


def chapter_page(exercise: Exercise) -> str:
    words = re.findall(r"[a-z0-9]+", exercise.settings.chapter.lower())
    return f"exercises/chapters/{'_'.join(words)}.md"
