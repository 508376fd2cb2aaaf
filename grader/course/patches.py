"""The course's right and wrong answers, most of which are patches of the solution.

A file in right/ or wrong/ holds what differs from the solution above it: its docstring, the
imports that it adds, and the functions, classes and values that it replaces or adds. One that it
replaces keeps its place; a new one stands before the next that the file replaces, or after the
last. `del NAME` says that one is gone. Imports that nothing needs any more are left out.
With a line `whole: why` in its docstring, and where Python cannot read it, a file is a program
of its own.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.model.errors import GraderError

KINDS = ("right", "wrong")
"""The folders of answers beside a solution."""
WHOLE = re.compile(r"^whole: ", re.MULTILINE)
WIDTH = 100
"""Columns that a line of imports may have."""
Imports = dict[str, set[tuple[str, str | None]]]
"""By module, what is taken from it and under which other name; `""` is the module itself."""


@dataclass(frozen=True)
class Part:
    """A statement of the program with the comment above it, and the names that it binds."""

    names: frozenset[str]
    text: str
    gap: int
    """Empty lines above it in its own file."""
    is_long: bool
    """A function or a class: two empty lines stand around it."""


@dataclass(frozen=True)
class Source:
    """A file of Python, taken apart."""

    docstring: str
    imports: Imports
    parts: tuple[Part, ...]
    gone: tuple[str, ...]


def whole(path: Path) -> str:
    """The whole program of an answer; outside of right/ and wrong/ that is the file itself.

    Raises GraderError when a patch deletes what the solution does not define, or when the
    solution cannot be read.
    """
    text = path.read_text(encoding="utf-8")
    is_patch = path.parent.name in KINDS and _is_patch(text)
    return compose(_reference(path), text) if is_patch else text


def repeated(path: Path) -> list[str]:
    """Names that the patch at `path` defines exactly as the solution does. Raises GraderError."""
    text = path.read_text(encoding="utf-8")
    if not _is_patch(text):
        return []
    new = _new_parts(text, _reference(path))
    same = (part for part in _take_apart(text).parts if part not in new)
    return sorted(name for part in same for name in part.names)


def beyond(program: str, reference: str) -> str:
    """What `program` says of itself and what it has beside the imports that `reference` has not;
    empty when that is nothing."""
    new = _new_parts(program, reference)
    return "".join([_take_apart(program).docstring, *_spaced(new)]) if new else ""


def _new_parts(program: str, reference: str) -> list[Part]:
    known = set(map(_meaning, _take_apart(reference).parts))
    return [part for part in _take_apart(program).parts if _meaning(part) not in known]


def compose(reference: str, patch: str) -> str:
    """The program that `patch` makes of `reference`. Raises GraderError for a wrong `del`."""
    old, new = _take_apart(reference), _take_apart(patch)
    known = frozenset[str]().union(*(part.names for part in old.parts))
    if unknown := [name for name in new.gone if name not in known]:
        raise GraderError(
            f"`del {unknown[0]}`: the solution defines no {unknown[0]}.", "Correct the name."
        )
    body = _laid_over(old.parts, new)
    used = _used(part.text for part in body)
    imports = {
        module: {(name, other) for name, other in taken if _bound(module, name, other) in used}
        for module, taken in old.imports.items()
    }
    for module, taken in new.imports.items():
        imports[module] = imports.get(module, set()) | taken
    return "".join([new.docstring, *_import_lines(imports), *_spaced(body)])


def _reference(path: Path) -> str:
    """The solution's text."""
    found = sorted(path.parent.parent.glob("*.py"))
    try:
        text = found[0].read_text(encoding="utf-8")
        ast.parse(text)
    except (IndexError, OSError, SyntaxError, ValueError):
        raise GraderError(
            f"{path.parent.parent.name} has no solution that Python can read.",
            "Write the solution first.",
        ) from None
    return text


def _meaning(part: Part) -> str:
    """Its first statement, whatever the layout; a value's description is not compared."""
    return ast.dump(ast.parse(part.text).body[0])


def _is_patch(text: str) -> bool:
    try:
        return not WHOLE.search(ast.get_docstring(ast.parse(text)) or "")
    except SyntaxError:
        return False


def _take_apart(text: str) -> Source:
    lines = text.splitlines(keepends=True)
    docstring, imports, parts, gone = "", Imports(), list[Part](), list[str]()
    end = 0
    for node in ast.parse(text).body:
        start, end = end, node.end_lineno or 0
        chunk = "".join(lines[start:end])
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_text and not start:
            docstring = chunk
        elif is_text and parts:  # a value's description stands below it
            before = parts.pop()
            parts.append(Part(before.names, before.text + chunk, before.gap, before.is_long))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else None
            for each in node.names:
                name = each.name if module is not None else ""
                imports.setdefault(module or each.name, set()).add((name, each.asname))
        elif isinstance(node, ast.Delete):
            gone += [ast.unparse(target) for target in node.targets]
        else:
            bare = chunk.lstrip("\n")
            is_long = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            parts.append(Part(frozenset(_names(node)), bare, len(chunk) - len(bare), is_long))
    return Source(docstring, imports, tuple(parts), tuple(gone))


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for each in (each for target in targets for each in ast.walk(target)):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                yield each.id


def _laid_over(old: tuple[Part, ...], new: Source) -> list[Part]:
    """The old parts, each with what takes its place."""
    places = [[] if part.names & {*new.gone} else [part] for part in old]
    replaced, waiting, last = set[int](), list[Part](), len(old) - 1
    for part in new.parts:
        waiting.append(part)
        place = next((i for i, each in enumerate(old) if each.names & part.names), None)
        if place is not None and place not in replaced:
            replaced.add(place)
            places[place], waiting, last = waiting, [], place
    places[last] += waiting
    return [part for place in places for part in place]


def _used(texts: Iterable[str]) -> set[str]:
    nodes = (node for text in texts for node in ast.walk(ast.parse(text)))
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _bound(module: str, name: str, other: str | None) -> str:
    return other or name or module.partition(".")[0]


def _import_lines(imports: Imports) -> Iterator[str]:
    """Sorted as ruff does it: Python's own modules first, and whole modules before their parts."""
    lines = [line for item in imports.items() for line in _lines_for(*item)]
    last = None
    for kind, _, _, line in sorted(lines):
        yield f"{'' if kind == last else chr(10)}{line}\n"
        last = kind


def _lines_for(
    module: str, taken: set[tuple[str, str | None]]
) -> Iterator[tuple[bool, bool, str, str]]:
    kind = module.partition(".")[0] not in sys.stdlib_module_names
    names = []
    for name, other in sorted(taken, key=_by_type):
        renamed = f" as {other}" if other else ""
        if name:
            names.append(f"{name}{renamed}")
        else:
            yield kind, False, module, f"import {module}{renamed}"
    if names:
        line = f"from {module} import {', '.join(names)}"
        if len(line) > WIDTH:
            inner = "".join(f"    {name},\n" for name in names)
            line = f"from {module} import (\n{inner})"
        yield kind, True, module, line


def _by_type(taken: tuple[str, str | None]) -> tuple[bool, bool, str]:
    """Constants, classes, functions."""
    name = taken[0]
    return not (name.isupper() and len(name) > 1), not name[:1].isupper(), name


def _spaced(body: list[Part]) -> Iterator[str]:
    before = None
    for part in body:
        is_near_long = part.is_long or (before is not None and before.is_long)
        gap = 2 if is_near_long else 1 if before is None else part.gap
        yield "\n" * gap + part.text
        before = part
