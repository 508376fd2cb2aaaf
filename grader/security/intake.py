"""Takes the one declared file of an answer, unless it is a symbolic link, a folder or huge."""

import contextlib
import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from grader.course import answers
from grader.course.folders import FOLDER
from grader.model.report import ExerciseStatus

MAX_BYTES = 256 * 1024


@dataclass(frozen=True)
class Unusable:
    """Why an answer cannot be taken: the status that it gets, the sentence for it, and the line.

    `is_readers_fault`: it is there, and this machine did not let us read it.
    """

    status: ExerciseStatus
    sentence: str
    line: int | None = None
    is_readers_fault: bool = False


_FLAGS = ("O_CLOEXEC", "O_BINARY", "O_NOCTTY", "O_NOFOLLOW", "O_NONBLOCK")
"""Open what stands there itself, and never wait: a named pipe may have no writer."""
_BY_FOLDER = os.open in os.supports_dir_fd
"""Windows opens nothing relative to a folder, nor refuses a link while it opens."""


def take(path: Path, shown: str) -> bytes | Unusable:
    """The bytes of the answer at `path`, or why they cannot be had.

    It opens first and looks then, at what is open: whoever puts something else there in between
    changes nothing. At most `MAX_BYTES` and one are read.
    """
    with contextlib.ExitStack() as opened:
        try:
            handle = _open(path, opened)
            about = os.fstat(handle)
            data = _read(handle) if stat.S_ISREG(about.st_mode) else b""
        except OSError as error:
            return _unopened(path, shown, error)
    if stat.S_ISDIR(about.st_mode):
        return Unusable("broken", f"{shown} is a folder: it should be a Python file.")
    if not stat.S_ISREG(about.st_mode):
        return Unusable("broken", f"{shown} is not a regular file.")
    if len(data) > MAX_BYTES:
        kilobytes = max(about.st_size, len(data)) // 1024
        return Unusable("broken", f"{shown} has {kilobytes} kB: an answer has at most 256 kB.")
    return check_text(data, shown)


def _open(path: Path, opened: contextlib.ExitStack) -> int:
    """A descriptor of what stands at `path`, which is no link, in a folder that is none."""
    flags = os.O_RDONLY
    for name in _FLAGS:
        flags |= getattr(os, name, 0)
    if not _BY_FOLDER:
        for place in (path, path.parent):
            if place.is_symlink():
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(place))
        handle = os.open(path, flags)
    else:
        folder = os.open(path.parent, flags | getattr(os, "O_DIRECTORY", 0))
        opened.callback(os.close, folder)
        handle = os.open(path.name, flags, dir_fd=folder)
    opened.callback(os.close, handle)
    return handle


def _read(handle: int) -> bytes:
    data = b""
    while len(data) <= MAX_BYTES and (more := os.read(handle, MAX_BYTES + 1 - len(data))):
        data += more
    return data


def _unopened(path: Path, shown: str, error: OSError) -> Unusable:
    """Why it could not be opened: looked up only now, for the sentence."""
    if path.is_symlink():
        return Unusable("broken", f"{shown} is a symbolic link: put the file itself there.")
    if path.parent.is_symlink() or (error.errno == errno.ELOOP and not path.parent.is_dir()):
        return Unusable("broken", f"{shown} lies in a folder that is a symbolic link.")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Unusable("missing", _missing(path, shown))
    if error.errno == errno.ENXIO:  # a socket
        return Unusable("broken", f"{shown} is not a regular file.")
    if path.is_dir():  # Windows opens none
        return Unusable("broken", f"{shown} is a folder: it should be a Python file.")
    sentence = f"{shown} cannot be read: {error.strerror}."
    return Unusable("broken", sentence, is_readers_fault=True)


def check_text(data: bytes, shown: str) -> bytes | Unusable:
    """The bytes of an answer if they can be a program, else why not."""
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
            sentence = f"{shown} is not UTF-8 (line {line}): save it as UTF-8."
            return Unusable("broken", sentence, line)
    return data


def _missing(path: Path, shown: str) -> str:
    if (meant := answers.near(path)) is not None:
        return f"{shown} not found; did you mean to rename {meant}?"
    if not path.parent.is_dir():
        return f"{shown} not found: the folder {path.parent.name} is not there."
    return f"{shown} not found: {_back(shown)}"


def _back(shown: str) -> str:
    """How to get the stub back; the folder names the exercise."""
    folder = Path(shown).parent.name
    found = FOLDER.fullmatch(folder)
    return f"`grader reset {found[2] if found else folder}` brings the stub back."
