"""Where root grades other people's answers without a sandbox, they run as nobody."""

import os
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

NOBODY = 65534
"""The user and the group that own nothing, on Linux."""


def become(home: Path, needed: Iterable[Path] = ()) -> None:
    """Root gives the folder `home` to nobody, and goes on as nobody; others stay who they are.

    So does root where nobody may not read Python, its packages and what is `needed`, as in a
    Python below /root: an answer could import nothing there.
    """
    python = (Path(sys.executable), Path(os.__file__), Path(sysconfig.get_path("purelib")))
    if sys.platform != "linux" or os.geteuid() != 0:
        return
    if not all(is_open(path) for path in (*python, Path(__file__), *needed)):
        return
    for path in (home, *home.rglob("*")):
        os.lchown(path, NOBODY, NOBODY)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def is_open(path: Path) -> bool:
    """Whether everybody may read this file or folder, by all folders above it."""
    whole = path.resolve()
    may_read = whole.stat().st_mode & 0o004
    return bool(may_read) and all(above.stat().st_mode & 0o001 for above in whole.parents)
