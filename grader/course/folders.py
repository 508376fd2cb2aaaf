"""Where a course lies, the names of its exercises, and how a file is replaced.

Imports nothing heavy, for the shell asks at each press of Tab.
"""

import contextlib
import os
import re
import tomllib
from pathlib import Path

from grader.course import packs

FOLDER = re.compile(r"(\d{2})_([a-z][a-z0-9_]*)")
"""An exercise's folder: its number, which gives the order, and its slug, which is its id."""
SETTINGS = "exercise.toml"
"""What an exercise says of itself, in a file beside its suite."""


MARK = ".awaitlings"
"""The file by which a learner's folder, made by `grader init`, is known; marks.py reads it."""


def find_home(start: Path) -> Path | None:
    """The folder around `start` whose exercises/ the learner edits: a course's own, or a marked."""
    for folder in (start, *start.parents):
        if packs.is_course(folder) or (folder / MARK).is_file():
            return folder
    return None


def find_root(start: Path) -> Path:
    """The course around `start`, else the one that this package lies in.

    A learner's folder has its course among the installed packages. Raises GraderError.
    """
    home = find_home(start)
    if home is None or packs.is_course(home):
        return home or packs.BESIDE
    from grader.course import marks

    return packs.find(marks.read(home).course)


def titles(root: Path) -> dict[str, str]:
    """The title of each exercise by its folder, in order; an unusable one is left out."""
    found = {}
    for path in sorted((root / "tests" / "exercises").glob(f"*/{SETTINGS}")):
        folder = path.parent.name
        try:
            title = tomllib.loads(path.read_text(encoding="utf-8")).get("title")
        except (OSError, ValueError):
            continue
        if FOLDER.fullmatch(folder) and isinstance(title, str):
            found[folder] = title
    return found


def replace(path: Path, data: bytes) -> None:
    """Put `data` in the place of the file in one step: a reader sees the old or the new.

    Raises OSError, and leaves nothing half written.
    """
    new = path.with_name(f".{path.name[:40]}.{os.getpid()}.new")
    try:
        new.write_bytes(data)
        os.replace(new, path)
    finally:
        with contextlib.suppress(OSError):
            new.unlink()


def shown_path(path: Path, here: Path | None = None, answers: Path | None = None) -> str:
    """The path as a learner would type it, without this machine's folders.

    It is relative to `here`, by default the current folder, else to the course around that, else
    to what the folder of `answers` lies in. Bytes of a name that are no text become the
    replacement character.
    """
    # os.path.realpath, for Path.resolve raises at a link to itself before Python 3.13.
    base = os.path.realpath(here or Path.cwd())
    shown = _below(path, base)
    home = find_home(Path(base))
    if shown is None and home is not None and _below(path, os.path.realpath(home)) is not None:
        shown = Path(os.path.relpath(os.path.realpath(path), base)).as_posix()
    if shown is None and answers is not None:
        whole = Path(os.path.realpath(answers))
        shown = _below(path, str(whole.parent if whole.name == "exercises" else whole))
    shown = str(path) if shown is None else shown
    return shown.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _below(path: Path, base: str) -> str | None:
    for whole in (os.path.realpath(path), os.path.abspath(path)):
        if Path(whole).is_relative_to(base):
            return Path(whole).relative_to(base).as_posix()
    return None
