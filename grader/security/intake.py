"""Takes the one declared file of an answer, unless it is a symbolic link, a folder or huge."""

import stat
from dataclasses import dataclass
from pathlib import Path

from grader.course import answers
from grader.model.report import ExerciseStatus

MAX_BYTES = 256 * 1024


@dataclass(frozen=True)
class Unusable:
    """Why an answer cannot be taken: the status that it gets, and the sentence for it."""

    status: ExerciseStatus
    sentence: str


def take(path: Path, shown: str) -> bytes | Unusable:
    """The bytes of the answer at `path`, or why they cannot be had."""
    try:
        about = path.lstat()
    except OSError:
        if path.parent.is_symlink():
            return Unusable("broken", f"{shown} lies in a folder that is a symbolic link.")
        return Unusable("missing", _missing(path, shown))
    if stat.S_ISLNK(about.st_mode):
        return Unusable("broken", f"{shown} is a symbolic link: put the file itself there.")
    if path.parent.is_symlink():
        return Unusable("broken", f"{shown} lies in a folder that is a symbolic link.")
    if stat.S_ISDIR(about.st_mode):
        return Unusable("broken", f"{shown} is a folder: it should be a Python file.")
    if not stat.S_ISREG(about.st_mode):
        return Unusable("broken", f"{shown} is not a regular file.")
    if about.st_size > MAX_BYTES:
        kilobytes = about.st_size // 1024
        return Unusable("broken", f"{shown} has {kilobytes} kB: an answer has at most 256 kB.")
    try:
        data = path.read_bytes()
    except OSError as error:
        return Unusable("broken", f"{shown} cannot be read: {error.strerror}.")
    return _check_text(data, shown)


def _check_text(data: bytes, shown: str) -> bytes | Unusable:
    if not data.strip():
        return Unusable("broken", f"{shown} is empty: {_back(shown)}")
    if b"\0" in data:
        return Unusable("broken", f"{shown} has NUL bytes: save it as UTF-8, not as UTF-16.")
    has_cookie = any(b"coding" in line for line in data.splitlines()[:2])
    if not has_cookie:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            return Unusable("broken", f"{shown} is not UTF-8 (line {line}): save it as UTF-8.")
    return data


def _missing(path: Path, shown: str) -> str:
    if (meant := answers.near(path)) is not None:
        return f"{shown} not found; did you mean to rename {meant}?"
    if not path.parent.is_dir():
        return f"{shown} not found: the folder {path.parent.name} is not there."
    return f"{shown} not found: {_back(shown)}"


def _back(shown: str) -> str:
    """How to get the stub back; the folder names the exercise."""
    return f"`grader reset {Path(shown).parent.name}` brings the stub back."
