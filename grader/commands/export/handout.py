"""Puts files into a folder, and never over somebody's work.

A list of what was handed out, with digests, lies beside the files. A later hand-out to the
same folder replaces what is still as it was, and refuses when anything is not.
"""

import hashlib
import json
import os
from pathlib import Path, PurePosixPath

from grader.model.errors import GraderError

LIST = ".handed-out.json"
SCHEMA = "awaitlings/handed-out/1"
GIT = ".git"


def hand_out(files: dict[str, bytes], folder: Path, course_root: Path) -> None:
    """Write `files` below `folder`. Raises GraderError, before anything is written."""
    target = folder.resolve()
    if target.is_relative_to(course_root.resolve()):
        raise GraderError(
            f"{folder} lies inside the course: a starter there would become part of it.",
            "Name a folder outside of it, for instance ../starter.",
        )
    if target.exists() and not target.is_dir():
        raise GraderError(f"{folder} is a file.", "Name a folder, a new or an empty one.")
    before = _read_list(target, folder)
    if before is None and target.is_dir() and any(p.name != GIT for p in target.iterdir()):
        raise GraderError(
            f"{folder} is not empty, and not a starter that was exported before.",
            "Name a new or an empty folder.",
        )
    for path in sorted({*files, *(before or {})}):
        _check(target, path, files.get(path), (before or {}).get(path), folder)
    try:
        _write(files, target, set(before or {}) - set(files))
    except OSError as error:
        raise GraderError(
            f"{folder} cannot be written: {error.strerror}.",
            "Name a folder that you may write to.",
        ) from None


def _check(target: Path, path: str, new: bytes | None, digest: str | None, shown: Path) -> None:
    place = target / path
    parents = [target / parent for parent in PurePosixPath(path).parents]
    strange = any(p.is_symlink() or (p.exists() and not p.is_dir()) for p in parents)
    if not strange and not os.path.lexists(place):
        return
    if not strange and place.is_file() and not place.is_symlink():
        data = place.read_bytes()
        if data == new or hashlib.sha256(data).hexdigest() == digest:
            return
    raise GraderError(
        f"{path} in {shown} is not as it was handed out: it may be somebody's work.",
        "Nothing was written. Export to a new folder, and take over from there what you need.",
    )


def _write(files: dict[str, bytes], target: Path, gone: set[str]) -> None:
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())}
    text = json.dumps({"schema": SCHEMA, "files": digests}, indent=1) + "\n"
    for path, data in {**files, LIST: text.encode()}.items():
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    for path in gone:
        place = target / path
        place.unlink(missing_ok=True)
        for parent in place.parents:
            if parent == target or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()


def _read_list(target: Path, shown: Path) -> dict[str, str] | None:
    """Digests by path of what was handed out before; None when nothing was."""
    file = target / LIST
    if not file.is_file():
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        digests = {str(path): str(digest) for path, digest in content["files"].items()}
        safe = all(_is_below(path) for path in digests)
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        safe = False
    if not safe:
        raise GraderError(f"{LIST} in {shown} cannot be read.", "Export to a new folder.")
    return digests


def _is_below(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not PurePosixPath(path).is_absolute() and ".." not in parts
