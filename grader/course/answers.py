"""Where a learner's answers lie, and what lies nearly there."""

import difflib
import re
from pathlib import Path

from grader.course.folders import FOLDER
from grader.model.errors import GraderError

PLACE = "exercises/06_checkout/checkout.py"
"""What a remedy names as an example."""
NEARLY = re.compile(r"\d+[ _-]*[A-Za-z]\w*")
"""A folder that was meant to be an exercise's."""
CLOSE = 0.75


def folder_of(given: Path) -> Path:
    """The exercises/ folder that `given` is, or that lies in it. Raises GraderError."""
    inner = given / "exercises"
    answers = inner if inner.is_dir() else given
    if answers.is_symlink():
        raise GraderError(
            f"{answers} is a symbolic link, so its answers could be anybody's.",
            "Put the folder itself there.",
        )
    if answers.is_dir() and (answers.name == "exercises" or any(map(_is_nearly, _in(answers)))):
        return answers
    checkout = given.parent if given.name == "exercises" else given
    loose = [path.name for path in _in(given) if path.is_file()]
    if name := next((name for name in loose if "\\" in name), None):
        raise GraderError(
            f"{given} has files with backslashes in their names, such as {name}: a zip from "
            "Windows, unpacked elsewhere.",
            f"Put each of them into its folder, as in {PLACE}.",
        )
    if name := next((name for name in loose if name.endswith(".py")), None):
        raise GraderError(
            f"{given} has no folders like 06_checkout; {name} lies in it without one.",
            f"Put each answer into its exercise's folder, as in {PLACE}.",
        )
    raise GraderError(
        f"The checkout {checkout} has no folder exercises/.",
        "Bring it back from the starter, or name another checkout with --answers.",
    )


def near(path: Path) -> str | None:
    """What was perhaps meant as the answer at `path`, in words; None for nothing."""
    if not path.parent.is_dir():
        wanted = _plain(path.parent.name)
        for folder in _in(path.parent.parent):
            found = _plain(folder.name)
            if folder.is_dir() and found in (wanted, wanted.partition("_")[2]):
                return f"the folder {folder.name} to {path.parent.name}"
        return None
    beside = [each.name for each in _in(path.parent) if each.is_file()]
    if (name := f"{path.name}.txt") in beside:
        return name
    programs = {_plain(name): name for name in beside if name.lower().endswith((".py", ".txt"))}
    close = difflib.get_close_matches(_plain(path.name), programs, n=1, cutoff=CLOSE)
    return programs[close[0]] if close else None


def _in(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_nearly(path: Path) -> bool:
    return bool(NEARLY.fullmatch(path.name) or FOLDER.fullmatch(path.name))


def _plain(name: str) -> str:
    """Without capitals, signs and leading zeros: `6-Checkout` as `06_checkout`."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).lstrip("0").strip("_")
