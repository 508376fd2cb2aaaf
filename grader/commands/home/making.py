"""Makes a learner's folder, whole or not at all."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from grader.commands.export.contents import Files
from grader.course import folders, marks
from grader.course.exercises import Course
from grader.course.marks import Mark
from grader.model.errors import GraderError

EMPTY = "Name a new or an empty folder, for instance: grader init async"


def make(course: Course, files: Files, folder: Path, version: str, id: str) -> None:
    """Write `files` and the mark below `folder`. Raises GraderError, and leaves nothing then."""
    target = Path(os.path.realpath(folder))
    try:
        _check(target, folder, {path.partition("/")[0] for path in files} | {folders.MARK})
        is_new = not target.exists()
        target.mkdir(parents=True, exist_ok=True)
        try:
            _fill(target, files, Mark(id, version, {p: marks.digest(d) for p, d in files.items()}))
        except BaseException:
            if is_new:
                with contextlib.suppress(OSError):
                    target.rmdir()
            raise
    except OSError as error:
        raise GraderError(
            f"{folder} cannot be written to: {error.strerror or error}.",
            "Nothing was made; name a folder that you may write to.",
        ) from None


def _check(target: Path, shown: Path, names: set[str]) -> None:
    """Raise GraderError unless all that lies in `target` is a tool's, and of another name."""
    around = folders.find_home(target)
    if around == target and (target / folders.MARK).is_file():
        raise GraderError(
            f"{shown} has been made by grader init already.",
            "`grader update` in it brings it up to date.",
        )
    if around is not None:
        raise GraderError(f"{shown} lies in the course {around}.", EMPTY)
    if target.exists() and not target.is_dir():
        raise GraderError(f"{shown} is a file.", EMPTY)
    for path in sorted(target.iterdir()) if target.exists() else []:
        is_tools = path.name.startswith(".") or (path / "pyvenv.cfg").is_file()
        if path.name in names or not is_tools:
            raise GraderError(f"{shown} is not empty: {path.name} lies in it.", EMPTY)


def _fill(target: Path, files: Files, mark: Mark) -> None:
    """All is written beside first, so that what can fail has failed before a name is taken."""
    staging = Path(tempfile.mkdtemp(prefix=".init-", dir=target))
    taken: list[Path] = []
    try:
        for path, data in files.items():
            (staging / path).parent.mkdir(parents=True, exist_ok=True)
            (staging / path).write_bytes(data)
        for made in sorted(staging.iterdir()):
            place = target / made.name
            os.rename(made, place)
            taken.append(place)
        marks.write(target, mark)
    except BaseException:
        for place in taken:
            shutil.rmtree(place) if place.is_dir() else place.unlink()
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
