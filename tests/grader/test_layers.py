"""The rooms of grader/__init__.py hold against the imports."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader.security import seals

PACKAGE = Path(grader.__file__).parent
CHILD, PARENT = ("clock", "trace", "suite", "judge", "child"), ("parent", "commands", "cli")
"""The two towers, each lowest first."""


def rooms() -> list[str]:
    """The table in the package's docstring, lowest first: the rows of two towers have many."""
    rows = [row[4:] for row in (grader.__doc__ or "").splitlines() if row.startswith("    ")]
    return [name for row in rows if row[0] != " " for name in row.split("  ")[0].split()]


def imports_of(path: Path) -> set[str]:
    """Modules and names of this package that a module imports, by their full names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("grader"):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("grader.")}
    return found


def rooms_of(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports_of(path)}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules() -> list[Path]:
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.parent != PACKAGE or path.name not in ("__init__.py", "__main__.py")
    ]


def test_every_room_is_in_the_table() -> None:
    """The table names every room, and none that is not there."""
    assert sorted(rooms()) == sorted({room_of(path) for path in modules()})
    assert rooms()[-8:] == [*CHILD, *PARENT]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_downward(path: Path) -> None:
    """No module imports one of a higher room, or of the other tower."""
    order = {name: index for index, name in enumerate(rooms())}
    own = room_of(path)
    other = CHILD if own in PARENT else PARENT
    for imported in rooms_of(path) - {own}:
        assert order[imported] < order[own]
        assert imported not in other


def test_plain_pytest_alone_uses_what_only_it_needs() -> None:
    """No module of the child's tower knows how a failure is explained or drawn."""
    alone = "grader.suite.standalone"
    for path in modules():
        if room_of(path) in CHILD and path != PACKAGE / "suite" / "standalone.py":
            assert not rooms_of(path) & {"diagnosis", "reports"}, path.name
            assert alone not in imports_of(path), path.name


def test_what_is_sealed_is_there() -> None:
    """Each module in the lists of seals is loaded in a warm child: none vanishes by a move."""
    script = "import sys; from grader.child import warm; warm.warm_up([]); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    for name in seals.RELIED_ON:
        assert name in loaded, name
        importlib.import_module(name)


def test_modules_stay_small() -> None:
    """A module of more than 400 lines has found a seam."""
    for path in modules():
        assert len(path.read_text().splitlines()) <= 400, path.name
