"""Brings a learner's folder to the course as it is installed now: never a merge, nothing lost.

What is as it was written is replaced. What the learner has changed is kept, and told when the
course has another one. By the digests in the mark each is known.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from grader.commands.export.contents import Files
from grader.course import folders, marks
from grader.course.exercises import Course
from grader.course.marks import Mark
from grader.model.errors import GraderError

PLACE = re.compile(rf"exercises/({folders.FOLDER.pattern})/(.+)")
LESSON = "README.md"


@dataclass
class Changes:
    """What `follow` did, by path; `moved` has the new place of a learner's file by its old one."""

    before: str
    replaced: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Changed by the learner, and the course has another one now, or none any more."""
    moved: dict[str, str] = field(default_factory=dict)
    lessons: list[str] = field(default_factory=list)
    """Exercises that were there before, and whose lesson is another one now."""


def behind(course: Course) -> str | None:
    """In a learner's folder of another version than the installed course: that, in a sentence."""
    if course.home is None or course.manifest is None:
        return None
    here, there = marks.read(course.home).version, course.manifest.version
    if here == there:
        return None
    return f"This folder has the lessons and stubs of {here}, and {there} is installed."


def follow(course: Course, files: Files, version: str) -> Changes:
    """Make the learner's folder of `course` what `files` has. Raises GraderError."""
    home = course.home
    assert home is not None
    mark = marks.read(home)
    changes = Changes(mark.version)
    try:
        _move(home, mark, files, changes)
        for path, data in files.items():
            _put(home, path, data, mark.files.get(path), changes)
        for path in [path for path in mark.files if path not in files]:
            _remove(home, path, mark.files[path], changes)
        digests = {path: marks.digest(data) for path, data in files.items()}
        changes.lessons = [
            exercise.slug
            for exercise in course.exercises
            if _is_other(mark, f"exercises/{exercise.folder}/{LESSON}", digests)
        ]
        folders.replace(home / folders.MARK, marks.line(Mark(mark.course, version, digests)))
    except OSError as error:
        raise GraderError(
            f"{home} cannot be updated: {error.strerror or error}.",
            "Your files are as they were. Look at the rights of its folders and at the space "
            "left, then: grader update",
        ) from None
    return changes


def _put(home: Path, path: str, data: bytes, before: str | None, changes: Changes) -> None:
    place = home / path
    if not os.path.lexists(place):
        if _is_inside(place, home):
            place.parent.mkdir(parents=True, exist_ok=True)
            folders.replace(place, data)
            changes.added.append(path)
        return
    now = _digest(place, home)
    if now == marks.digest(data):
        return
    if now is not None and now == before:
        folders.replace(place, data)
        changes.replaced.append(path)
    elif before != marks.digest(data) and path not in changes.moved.values():
        changes.kept.append(path)


def _remove(home: Path, path: str, before: str, changes: Changes) -> None:
    place = home / path
    if not os.path.lexists(place):
        return
    if _digest(place, home) != before:
        changes.kept.append(path)
        return
    place.unlink()
    changes.removed.append(path)
    for parent in place.parents:
        if parent == home or any(parent.iterdir()):
            break
        parent.rmdir()


def _move(home: Path, mark: Mark, files: Files, changes: Changes) -> None:
    """An exercise that has another number now: the learner's work in it moves along."""
    now = {(m[3], m[4]): path for path in files if (m := PLACE.fullmatch(path))}
    for path, before in mark.files.items():
        found = PLACE.fullmatch(path)
        to = now.get((found[3], found[4])) if found and path not in files else None
        if to is None or os.path.lexists(home / to) or not _is_inside(home / to, home):
            continue
        if _digest(home / path, home) not in (None, before):
            (home / to).parent.mkdir(parents=True, exist_ok=True)
            os.rename(home / path, home / to)
            changes.moved[path] = to


def _is_other(mark: Mark, path: str, digests: dict[str, str]) -> bool:
    """Whether there was one, under any number, and it is not the one there is now."""
    found = PLACE.fullmatch(path)
    same = [p for p in mark.files if found and (m := PLACE.fullmatch(p)) and m[3] == found[3]]
    old = next((mark.files[p] for p in same if p.endswith(f"/{LESSON}")), None)
    return old is not None and path in digests and old != digests[path]


def _digest(place: Path, home: Path) -> str | None:
    """Of what the learner's file holds; None for what is no plain file of this folder."""
    if place.is_symlink() or not place.is_file() or not _is_inside(place, home):
        return None
    return marks.digest(place.read_bytes())


def _is_inside(place: Path, home: Path) -> bool:
    """Whether no link leads to elsewhere."""
    return Path(os.path.realpath(place)).is_relative_to(os.path.realpath(home))
