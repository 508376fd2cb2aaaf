"""What is run on more than one Python, or with other packages: `nox`, `nox -s lowest`.

The default is `others`: for each other CPython of this machine, on PATH or pyenv's, `grader
verify` and the clock's tests, some minutes for each. `.ci/run` ends with it; the whole test suite
runs on all of them in ci.yml.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nox

OLDEST = 11
PYENV = Path.home() / ".pyenv" / "versions"
VERSION = "import sys, venv, ensurepip; print(sys.version_info.minor)"

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["others"]


def minor_of(python: str) -> int | None:
    """3.12 is 12; None for what does not run, as a shim of pyenv, or cannot make environments."""
    done = subprocess.run([python, "-I", "-c", VERSION], capture_output=True, text=True)
    return int(done.stdout) if done.returncode == 0 else None


def pythons() -> list[str]:
    """A program for each other Python from 3.11 on, oldest first."""
    names = [shutil.which(f"python3.{minor}") for minor in range(OLDEST, 100)]
    kept = [str(path) for path in sorted(PYENV.glob("3.*/bin/python3.*"))]
    found = {}
    for program in filter(None, [*names, *kept]):
        if re.search(r"python3\.\d+$", program) and (minor := minor_of(program)) is not None:
            found.setdefault(minor, program)
    found.pop(sys.version_info.minor, None)
    return [found[minor] for minor in sorted(found) if minor >= OLDEST]


@nox.session(python=pythons() or False)
def others(session: nox.Session) -> None:
    """`grader verify` and the clock's tests."""
    if session.python is False:
        session.log("this machine has no other Python")
        return
    session.install("-q", "-e", ".[dev]", "-c", "constraints.txt")
    session.run("grader", "verify")
    session.run("pytest", "-q", "-n", "2", "--dist", "loadfile", "tests/grader/clock")


@nox.session
def lowest(session: nox.Session) -> None:
    """With the lowest packages that pyproject.toml allows: all answers, and the clock's table."""
    session.install("-q", "uv")
    python = str(Path(session.bin) / ("python.exe" if sys.platform == "win32" else "python"))
    low = ["uv", "pip", "install", "-q", "-p", python, "--resolution", "lowest-direct"]
    session.run(*low, ".")
    session.run("python", "-m", "grader", "verify")
    session.run("python", "-m", "pytest", "-q", "tests/grader/clock/test_table.py")
