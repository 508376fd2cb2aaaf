"""Starts Pythons of the grader's own: their command line, environment, and failure to start."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from grader.course import packs
from grader.isolation import leftovers
from grader.model.errors import GraderError

PACKAGE = Path(__file__).resolve().parents[1]
KEPT_VARIABLES: tuple[str, ...] = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP"),
    "PYTHONHASHSEED",
    *("SYSTEMROOT", "SYSTEMDRIVE"),  # without them Windows opens no socket
)
"""Environment variables that a server, and so an answer, inherits from us."""


def command(entry: str, task: dict[str, Any], *options: str) -> list[str]:
    """The words that run `entry` of this package, given `task`, in a Python like this one."""
    places = [*(place for place in sys.path if _is_foreign(place)), str(PACKAGE.parent)]
    inside = "import sys, json; task = json.loads(sys.argv[1]); "
    inside += "sys.path += [p for p in task['path'] if p not in sys.path]; "
    inside += f"from grader.child import {entry}; {entry}.main(task)"
    words = [sys.executable, "-P", *options, *(f"-W{option}" for option in sys.warnoptions)]
    return [*words, "-c", inside, json.dumps({**task, "path": places})]


def variables(marker: str) -> dict[str, str]:
    """Its environment; by `marker` leftovers.py finds it and its descendants."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    # glibc's malloc reserves address space for each arena, and RLIMIT_AS limits that.
    return kept | {leftovers.MARKER: marker, "MALLOC_ARENA_MAX": "4"}


def failure(errors: bytes) -> GraderError:
    """The error for one that does not even begin, with the last line that it wrote."""
    said = errors.decode(errors="replace").strip().rpartition("\n")[2]
    return GraderError(
        f"The grader's own process does not start: {said[:300] or 'it said nothing'}",
        f"Install the grader's packages again: {packs.AGAIN}",
    )


def _is_foreign(place: str) -> bool:
    """Whether a place on our path is neither the current folder nor a relative one."""
    return os.path.isabs(place) and place != os.getcwd()
