"""Where a course lies, and the names of its exercises: found without reading it all.

Imports nothing heavy, for the shell asks at each press of Tab.
"""

import re
import tomllib
from pathlib import Path

FOLDER = re.compile(r"(\d{2})_([a-z][a-z0-9_]*)")
"""An exercise's folder: its number, which gives the order, and its slug, which is its id."""
SETTINGS = "exercise.toml"
"""What an exercise says of itself, in a file beside its suite."""


def find_root(start: Path) -> Path:
    """The course around `start`, else the one this package was installed from."""
    for folder in (start, *start.parents):
        if (folder / "tests" / "exercises").is_dir():
            return folder
    return Path(__file__).resolve().parents[2]


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


def shown_path(path: Path, here: Path | None = None) -> str:
    """The path as a learner would type it: relative to the current folder if it is below.

    Bytes of a name that are no text become the replacement character.
    """
    try:
        shown = path.resolve().relative_to((here or Path.cwd()).resolve()).as_posix()
    except ValueError:
        shown = str(path)
    return shown.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
