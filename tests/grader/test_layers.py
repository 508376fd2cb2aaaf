"""The layer table of grader/__init__.py holds against the imports."""

import ast
from pathlib import Path

import grader

PACKAGE = Path(grader.__file__).parent
FORBIDDEN_TO_CHILD = {"runner", "server", "spawn", "session", "reports", "authoring", "cli"}
"""What nothing beside learner code may import."""


def layers() -> list[set[str]]:
    """The table in the package's docstring: one layer a line, lowest first."""
    doc = grader.__doc__ or ""
    rows = [line.strip().split("  ")[0] for line in doc.splitlines() if line.startswith("    ")]
    return [set(row.split()) for row in rows if row]


def imports_of(path: Path) -> set[str]:
    """Top-level names of this package that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "grader":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("grader."):
            found.add((node.module or "").split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {
                alias.name.split(".")[1] for alias in node.names if alias.name.startswith("grader.")
            }
    return found


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules() -> list[Path]:
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.parent != PACKAGE or path.name not in ("__init__.py", "__main__.py")
    ]


def test_every_module_has_its_layer() -> None:
    """The table names every module, and no module that is not there."""
    table = set().union(*layers())
    assert table == {name_of(path) for path in modules()}


def test_imports_go_downward() -> None:
    """No module imports one of a higher layer."""
    order = {name: index for index, layer in enumerate(layers()) for name in layer}
    for path in modules():
        own = name_of(path)
        for imported in imports_of(path) - {own}:
            assert order[imported] <= order[own], f"{path.name} imports {imported}"


def test_nothing_beside_learner_code_knows_the_parent() -> None:
    """The child's side never imports the side that decides."""
    order = {name: index for index, layer in enumerate(layers()) for name in layer}
    for path in modules():
        if order[name_of(path)] <= order["child"]:
            assert not imports_of(path) & FORBIDDEN_TO_CHILD, path.name


def test_the_parent_never_imports_the_child() -> None:
    """Only a process of its own leads to the child."""
    for path in modules():
        if name_of(path) not in ("child", "warm", "forks", "entry"):
            assert "child" not in imports_of(path), path.name


def test_modules_stay_small() -> None:
    """A module of more than 400 lines has found a seam."""
    for path in modules():
        assert len(path.read_text().splitlines()) <= 400, path.name
