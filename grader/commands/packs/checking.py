"""What `grader verify` asks of a course as a whole: its course.toml, its map, its chapters."""

import importlib.metadata
import re

from packaging.requirements import Requirement

from grader import diagnosis
from grader.commands.export.contents import LINK, chapter_page
from grader.commands.verify import FAILS, docstring
from grader.course import manifests, suites
from grader.course.exercises import Course

MAP = "exercises/README.md"
LICENSE = re.compile(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*")
"""An expression as SPDX has it, such as `MIT` or `Apache-2.0 OR MIT`."""


def problems(course: Course) -> list[str]:
    """One sentence for each broken promise."""
    return [*_manifest(course), *_pages(course), *_settings(course), *_diagnoses(course)]


def _manifest(course: Course) -> list[str]:
    manifest = course.manifest
    if manifest is None:
        return [f"{manifests.FILE} is missing: `grader course new` shows what it holds."]
    told = []
    if not LICENSE.fullmatch(manifest.license):
        told.append(
            f"{manifests.FILE}: the licence {manifest.license!r} is no SPDX expression, "
            "such as MIT or LicenseRef-Own."
        )
    for line in manifest.dependencies:
        needed = Requirement(line)
        if needed.marker is not None and not needed.marker.evaluate():
            continue
        try:
            version = importlib.metadata.version(needed.name)
        except importlib.metadata.PackageNotFoundError:
            told.append(f"{manifests.FILE}: {needed.name} is not installed here.")
            continue
        if not needed.specifier.contains(version, prereleases=True):
            told.append(
                f"{manifests.FILE}: {needed.name} is {version} here, not {needed.specifier}."
            )
    return told


def _pages(course: Course) -> list[str]:
    told = []
    lines: dict[str, list[str]] = {}
    for exercise in course.exercises:
        name = f"- {exercise.number:02} [{exercise.slug}]({exercise.folder})"
        wanted = [
            (MAP, f"{name}: {exercise.settings.teaches}"),
            (chapter_page(exercise), f"- [{exercise.slug}](../{exercise.folder}): "),
        ]
        for page, line in wanted:
            path = course.root / page
            if page not in lines:
                is_there = path.is_file()
                lines[page] = path.read_text("utf-8").splitlines() if is_there else []
                if not is_there:
                    told.append(f"{page} is missing.")
            if lines[page] and not any(each.startswith(line) for each in lines[page]):
                told.append(f"{page} has no line: {line}")
    manifest = course.root / manifests.FILE
    if manifest.is_file():
        lines[manifests.FILE] = manifest.read_text("utf-8").splitlines()
    for page, text in lines.items():
        for number, line in enumerate(text, 1):
            if "TODO" in line:
                told.append(f"{page}, line {number}, still says TODO.")
            for link in LINK.finditer(line):
                if (
                    ":" not in link[2]
                    and not (course.root / page).parent.joinpath(link[2]).exists()
                ):
                    told.append(f"{page}, line {number}: {link[2]} is not there.")
    return told


def _settings(course: Course) -> list[str]:
    """The copy that editors read says what the grader does."""
    copy = course.root / "tests/exercises/pytest.ini"
    if not copy.is_file() or copy.read_bytes() == suites.SETTINGS.read_bytes():
        return []
    return [f"tests/exercises/pytest.ini differs from the grader's own, {suites.SETTINGS}."]


def _diagnoses(course: Course) -> list[str]:
    """Each of its own has a name of its own, a page, and a wrong answer that gets it."""
    manifest = course.manifest
    if manifest is None or not manifest.diagnoses:
        return []
    wrong = [path for e in course.exercises for path in (e.solutions / "wrong").glob("*.py")]
    got = {id for path in wrong for _, id in FAILS.findall(docstring(path))}
    told = []
    for each in manifest.diagnoses:
        page = f"{manifests.PAGES}/{each.id}.md"
        if each.id in diagnosis.IDS:
            told.append(
                f"{manifests.FILE}: {each.id} is a diagnosis of the grader's: rename yours."
            )
        if not (course.root / page).is_file():
            told.append(f"{page} is missing.")
        if wrong and each.id not in got:
            told.append(f"{manifests.FILE}: no wrong answer gets {each.id}.")
    return told
