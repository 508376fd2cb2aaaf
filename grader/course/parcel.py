"""The files of a course that its package holds. setup.py reads this too, so it imports little.

They keep their places: exercises/ has the lessons, tests/exercises/ suites and original stubs.
The stubs in exercises/ stay behind, for whoever packs may have worked in them.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

STRAY = {".pyc", ".orig", ".rej", ".bak", ".db"}
SIGNED = "mutants.toml"
"""The mutants that an author has signed, beside the suite (commands/mutants): it quotes the right
answers, and goes only where they go."""
SINGLE = ("course.toml", "constraints.txt", "LICENSE")


def sources(folder: Path) -> list[Path]:
    """All files below `folder` but those that Python, an answer or the grader has made."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in STRAY and "__pycache__" not in path.parts
    ]


def files(root: Path, *, solutions: bool = True) -> Iterator[Path]:
    """Each as it lies below `root`; without solutions/ for learners who shall not have them."""
    yield from (path for name in SINGLE if (path := root / name).is_file())
    yield from (path for path in sources(root / "exercises") if path.suffix == ".md")
    yield from (path for path in sources(root / "diagnoses") if path.suffix == ".md")
    suites = sources(root / "tests" / "exercises")
    yield from suites if solutions else without_signed(suites)
    if solutions:
        yield from sources(root / "solutions")


def without_signed(paths: Iterable[Path]) -> Iterator[Path]:
    """What may go to learners who shall not have the solutions."""
    return (path for path in paths if path.name != SIGNED)


def description(readme: str) -> str:
    """For a page that is not in this folder: pictures and links that lead into it become words."""
    readme = re.sub(r"!\[([^\]]+)\]\((?!\w+:)[^)]+\)", r"*\1*", readme)
    return re.sub(r"\[([^\]]+)\]\((?![#\w]*:|#)[^)]+\)", r"\1", readme)
