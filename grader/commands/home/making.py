"""Makes a folder of exercises, whole or not at all."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from grader.commands.export.contents import Files
from grader.course import folders
from grader.model.errors import GraderError

EMPTY = "Name a new or an empty folder, for instance ../async."


def write(files: Files, folder: Path) -> None:
    """Write `files` below `folder`. Raises GraderError, and leaves nothing then."""
    target = Path(os.path.realpath(folder))
    try:
        _check(target, folder, {path.partition("/")[0] for path in files})
        is_new = not target.exists()
        target.mkdir(parents=True, exist_ok=True)
        try:
            _fill(target, files)
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


def _check(target: Path, folder: Path, names: set[str]) -> None:
    """Raise GraderError unless all that lies in `target` is a tool's, and of another name."""
    shown = "This folder" if folder == Path() else folder
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


def _fill(target: Path, files: Files) -> None:
    """All is written beside first, so that what can fail has failed before a name is taken.

    A folder with a mark is whole: that comes last.
    """
    staging = Path(tempfile.mkdtemp(prefix=".init-", dir=target))
    taken: list[Path] = []
    try:
        for path, data in files.items():
            (staging / path).parent.mkdir(parents=True, exist_ok=True)
            (staging / path).write_bytes(data)
        for made in sorted(staging.iterdir(), key=lambda path: path.name == folders.MARK):
            place = target / made.name
            os.rename(made, place)
            taken.append(place)
    except BaseException:
        for place in taken:
            shutil.rmtree(place) if place.is_dir() else place.unlink()
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
