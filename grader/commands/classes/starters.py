"""What a learner's checkout says of its workflow: digests, as it is and as it was handed out."""

import json

from grader.commands.classes import trees
from grader.commands.classes.finding import EXERCISES, Found
from grader.commands.classes.trees import Tree, UnreadableError, join
from grader.commands.classes.verdicts import digest
from grader.commands.export.handout import LIST

GITHUB = ".github"
MAX_BYTES = 16 * 2**20
MAX_FILES = 100
DEPTH = 3
UNREAD = "unreadable"
"""Instead of a digest: a link, a folder, or far too large."""


def look(found: Found) -> tuple[dict[str, str], dict[str, str]]:
    """The digest of each file below `.github/`, and what the list of the starter says they were."""
    if found.tree is None or found.loose:
        return {}, {}
    top, _, last = found.base.rpartition("/")
    top = top if last == EXERCISES else found.base
    return _below(found.tree, top), _listed(found.tree, top)


def _below(tree: Tree, top: str) -> dict[str, str]:
    files: dict[str, str] = {}
    level = [GITHUB] if any(e.name == GITHUB and e.kind == "folder" for e in _in(tree, top)) else []
    for _ in range(DEPTH):
        below = []
        for folder in level:
            for entry in _in(tree, join(top, folder)):
                path = f"{folder}/{entry.name}"
                if entry.kind == "folder":
                    below.append(path)
                elif len(files) < MAX_FILES:
                    files[path] = _digest(tree, join(top, path))
        level = below
    return files


def _in(tree: Tree, folder: str) -> list[trees.Entry]:
    try:
        return tree.entries(folder)
    except UnreadableError:
        return []


def _digest(tree: Tree, path: str) -> str:
    try:
        return digest(tree.read(path, MAX_BYTES))
    except UnreadableError:
        return UNREAD


def _listed(tree: Tree, top: str) -> dict[str, str]:
    try:
        content = json.loads(tree.read(join(top, LIST), MAX_BYTES))
        files = content["files"].items()
        return {str(p): str(d) for p, d in files if str(p).startswith(f"{GITHUB}/")}
    except (UnreadableError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
