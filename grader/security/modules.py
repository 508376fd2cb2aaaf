"""An answer's code as a module of its own, under the path that messages show."""

import linecache
import sys
from pathlib import Path
from types import ModuleType

from grader.security import audit


def fresh(name: str, data: bytes, shown: str, staged: Path) -> ModuleType:
    """An empty module of that name, under which others find it, for the answer's code to run in."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    # With None as its mtime, linecache.checkcache never looks for the file on disk.
    linecache.cache[shown] = (len(text), None, text.splitlines(keepends=True), shown)
    module = ModuleType(name)
    module.__file__ = str(staged)
    sys.modules[name] = module
    audit.prepare(module)
    return module
