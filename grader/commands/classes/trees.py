"""Folders and zips, read alike: nothing is unpacked, and no link is followed."""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, Protocol

from grader.security import intake

MAX_ZIP_BYTES = 256 * 2**20
MAX_ENTRIES = 50_000
MAX_DEPTH = 40
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Other methods can ask for gigabytes to unpack a few bytes."""
MADE = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What systems add to a folder or a zip of theirs."""

Kind = Literal["folder", "file", "link", "other"]


class UnreadableError(Exception):
    """It is there and cannot be read; the sentence goes on after its name: `is no zip`."""


@dataclass(frozen=True, order=True)
class Entry:
    name: str
    kind: Kind


class Tree(Protocol):
    """A folder of somebody's files; paths in it are relative, with slashes, "" is the top."""

    def entries(self, folder: str) -> list[Entry]:
        """What lies in a folder, in order, without what systems add. Raises UnreadableError."""

    def take(self, path: str, shown: str) -> bytes | intake.Unusable:
        """An answer, as intake.take does. Raises UnreadableError."""

    def read(self, path: str, most: int) -> bytes:
        """A file of at most `most` bytes. Raises UnreadableError, also for a link."""


def join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


@dataclass(frozen=True)
class Folder:
    """A Tree on disk."""

    root: Path

    def entries(self, folder: str) -> list[Entry]:
        try:
            with os.scandir(self.root / folder) as found:
                return sorted(Entry(each.name, _kind(each)) for each in found if _counts(each.name))
        except OSError as error:
            raise UnreadableError(f"cannot be read: {error.strerror}") from None

    def take(self, path: str, shown: str) -> bytes | intake.Unusable:
        return intake.take(self.root / path, shown)

    def read(self, path: str, most: int) -> bytes:
        place = self.root / path
        try:
            handle = os.open(place, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | _NO_WAIT)
            with open(handle, "rb") as file:
                if place.is_symlink() or not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise UnreadableError("is no regular file")
                data = file.read(most + 1)
        except OSError as error:
            raise UnreadableError(f"cannot be read: {error.strerror}") from None
        if len(data) > most:
            raise UnreadableError(f"is larger than {most // 2**20} MB")
        return data


_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def _kind(entry: "os.DirEntry[str]") -> Kind:
    if entry.is_symlink() or getattr(entry, "is_junction", bool)():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def _counts(name: str) -> bool:
    return name not in MADE and not name.startswith("._")


class Zip:
    """A Tree in a zip. Raises UnreadableError for what is none, or is too much."""

    def __init__(self, source: Path | bytes) -> None:
        if isinstance(source, Path) and source.stat().st_size > MAX_ZIP_BYTES:
            raise UnreadableError(f"is larger than {MAX_ZIP_BYTES // 2**20} MB")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise UnreadableError("is no zip that can be read") from None
        infos = self._zip.infolist()
        if len(infos) > MAX_ENTRIES:
            raise UnreadableError(f"holds more than {MAX_ENTRIES:,} files")
        self._files: dict[str, zipfile.ZipInfo] = {}
        self._folders: dict[str, dict[str, Kind]] = {"": {}}
        for info in infos:
            self._enter(info)

    def _enter(self, info: zipfile.ZipInfo) -> None:
        # Windows packs with backslashes; a name that leads out of the zip is nobody's answer.
        path = PurePosixPath(info.filename.replace("\\", "/"))
        parts = path.parts
        if path.is_absolute() or ".." in parts or not parts or len(parts) > MAX_DEPTH:
            return
        if not all(map(_counts, parts)):
            return
        for index in range(1, len(parts)):
            above = self._folders.setdefault("/".join(parts[: index - 1]), {})
            if above.setdefault(parts[index - 1], "folder") != "folder":
                return
        whole, folder = "/".join(parts), "/".join(parts[:-1])
        names = self._folders.setdefault(folder, {})
        if info.is_dir() or info.filename.endswith("\\"):
            names.setdefault(parts[-1], "folder")
            self._folders.setdefault(whole, {})
            return
        if whole in self._files or whole in self._folders:
            raise UnreadableError(f"holds {whole} twice")
        names[parts[-1]] = "link" if stat.S_ISLNK(info.external_attr >> 16) else "file"
        self._files[whole] = info

    def entries(self, folder: str) -> list[Entry]:
        return sorted(Entry(name, kind) for name, kind in self._folders.get(folder, {}).items())

    def take(self, path: str, shown: str) -> bytes | intake.Unusable:
        folder, _, name = path.rpartition("/")
        kind = self._folders.get(folder, {}).get(name)
        if kind is None:
            return intake.Unusable("missing", f"{shown} not found in the zip.")
        if kind == "link":
            return intake.Unusable(
                "broken", f"{shown} is a symbolic link: put the file itself there."
            )
        if kind == "folder":
            return intake.Unusable("broken", f"{shown} is a folder: it should be a Python file.")
        data = self._unpack(path, intake.MAX_BYTES)
        if len(data) > intake.MAX_BYTES:
            kilobytes = max(self._files[path].file_size, len(data)) // 1024
            sentence = f"{shown} has {kilobytes} kB: an answer has at most 256 kB."
            return intake.Unusable("broken", sentence)
        return intake.check_text(data, shown)

    def read(self, path: str, most: int) -> bytes:
        folder, _, name = path.rpartition("/")
        if self._folders.get(folder, {}).get(name) != "file":
            raise UnreadableError("is no regular file")
        data = self._unpack(path, most)
        if len(data) > most:
            raise UnreadableError(f"is larger than {most // 2**20} MB")
        return data

    def _unpack(self, path: str, most: int) -> bytes:
        """At most one byte more than `most`, whatever the zip says of itself."""
        info = self._files[path]
        if info.flag_bits & 1:
            raise UnreadableError(f"asks for a password ({path})")
        if info.compress_type not in PACKED:
            raise UnreadableError(f"is packed in an unusual way ({path})")
        try:
            with self._zip.open(info) as file:
                return file.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
            raise UnreadableError(f"is damaged ({path})") from None


def look_for(tree: Tree, is_it: Callable[[str, Entry], bool], depth: int) -> list[str]:
    """The paths of what is looked for, those of the least depth only, at most `depth` folders down.

    Raises UnreadableError.
    """
    level = [""]
    for _ in range(depth + 1):
        found, below = [], []
        for folder in level:
            for entry in tree.entries(folder):
                path = join(folder, entry.name)
                if is_it(folder, entry):
                    found.append(path)
                elif entry.kind == "folder" and not entry.name.startswith("."):
                    below.append(path)
        if found:
            return found
        level = below
    return []
