"""The one line in a learner's folder that says which course it is of, and what was written there.

By the digests, `grader update` knows what the learner has not touched.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.course.folders import MARK
from grader.model.errors import GraderError

FORMAT = 1
"""Of the line, and of a course.toml; a higher one is for a newer grader."""
ANEW = "Make a new folder with grader init, and copy your files of exercises/ there."


@dataclass(frozen=True)
class Mark:
    """`course` is its id; `files` has a digest for each file as it was written, by its path."""

    course: str
    version: str
    files: dict[str, str]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def read(home: Path) -> Mark:
    """What the line in `home` says. Raises GraderError."""
    try:
        data = json.loads((home / MARK).read_text(encoding="utf-8"))
        check_format(data["format"], f"{home / MARK}", ANEW)
        course, version, files = data["course"], data["version"], data["files"]
        is_sound = (
            all(isinstance(text, str) for text in (course, version, *files, *files.values()))
            and all(map(_is_below, files))
            and course
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        is_sound = False
    if not is_sound:
        raise GraderError(
            f"{home / MARK} cannot be read: it says which course this folder is of.", ANEW
        )
    return Mark(course, version, files)


def line(mark: Mark) -> bytes:
    data = {"format": FORMAT, "course": mark.course, "version": mark.version, "files": mark.files}
    return (json.dumps(data) + "\n").encode()


def check_format(found: object, shown: str, older: str) -> None:
    """Raise GraderError for a format that this grader does not know; `older` mends a lower one."""
    if found == FORMAT:
        return
    is_newer = isinstance(found, int) and found > FORMAT
    raise GraderError(
        f"{shown} has the format {found}, and this grader knows {FORMAT}.",
        "A newer grader reads it: pip install --upgrade awaitlings" if is_newer else older,
    )


def _is_below(path: str) -> bool:
    parts = PurePosixPath(path).parts
    is_plain = "\\" not in path and ":" not in path
    return bool(parts) and is_plain and not path.startswith("/") and ".." not in parts
