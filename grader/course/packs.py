"""The courses that are installed here, as packages.

A pack is data, and nothing of it is ever imported. Its package has an entry point in GROUP,
`id = "folder"`: that folder, beside the other packages, is laid out like a clone of a course. Of an
editable install it is the author's own folder.

Imports nothing heavy, for the shell asks at each press of Tab.
"""

import importlib.metadata
import json
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from grader.model.errors import GraderError

GROUP = "awaitlings.courses"
MANIFEST = "course.toml"
OWN = "awaitlings"
"""The id of the course that this package brings along."""
BESIDE = Path(__file__).resolve().parents[2]
"""What this package lies in: a clone, a starter, or site-packages."""
IS_INSTALLED = not (BESIDE / "pyproject.toml").is_file()
AGAIN = "pip install --force-reinstall awaitlings" if IS_INSTALLED else "pip install -e ."
"""The command that mends an installation."""


def remedy(shown: str) -> str:
    """What brings back a file of the course."""
    if IS_INSTALLED:
        return f"Install the course again: {AGAIN}"
    return f"`git checkout {shown}` brings it back, if it was there."


def is_course(folder: Path) -> bool:
    return (folder / "tests" / "exercises").is_dir()


def tests_of(suite: Path) -> str:
    """What plain pytest is given to run the suite: in a learner's folder, their own exercise."""
    is_packed = any(part in ("site-packages", "dist-packages") for part in suite.parts)
    return f"{'exercises' if is_packed else 'tests/exercises'}/{suite.parent.name}"


def installed() -> dict[str, Path]:
    """The root of each course by its id. Raises GraderError for two of one id."""
    found: dict[str, tuple[str, Path]] = {}
    for point in importlib.metadata.entry_points(group=GROUP):
        root = _root(point)
        if root is None or point.dist is None:
            continue
        package = point.dist.name
        other, _ = found.setdefault(point.name, (package, root))
        if other != package:
            raise GraderError(
                f"The packages {other} and {package} both bring a course called {point.name}.",
                f"Uninstall one of them, for instance: pip uninstall {package}",
            )
    if OWN not in found and is_course(BESIDE):  # a clone that was installed by an earlier version
        found[OWN] = OWN, BESIDE
    return {id: root for id, (_, root) in found.items()}


def find(id: str) -> Path:
    """The root of the course of that id. Raises GraderError when it is not installed."""
    known = installed()
    if id not in known:
        raise GraderError(
            f"The course {id} is not installed here.",
            f"Install it: pip install {id.replace('_', '-')}",
        )
    return known[id]


def _root(point: importlib.metadata.EntryPoint) -> Path | None:
    if point.dist is None:
        return None
    folder = Path(str(point.dist.locate_file(point.value)))
    if _is_pack(folder):
        return folder
    try:
        told = json.loads(point.dist.read_text("direct_url.json") or "{}")
        is_editable = told.get("dir_info", {}).get("editable")
        folder = Path(url2pathname(urlsplit(told["url"]).path)) if is_editable else folder
    except (ValueError, KeyError, AttributeError):
        return None
    return folder if _is_pack(folder) else None


def _is_pack(folder: Path) -> bool:
    """An uninstalled one leaves folders of bytecode, and no file."""
    return is_course(folder) and (folder / MANIFEST).is_file()
