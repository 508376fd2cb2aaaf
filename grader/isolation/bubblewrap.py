"""The sandbox's walls: a bubblewrap command in which only the grader and Python can be seen.

Inside, every answer gets namespaces of its own (grader.isolation.namespaces), so that the next
one never meets what it leaves behind.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from grader.isolation import namespaces
from grader.system import HAS_POSIX

NOBODY = "65534"
SERVER_BYTES = 32 << 20
"""Room in the tmpfs that the server uses while it gets warm; each answer mounts its own."""
PROBE_REAL_SECONDS = 20.0
INSTALL = "`sudo apt install bubblewrap`, `sudo dnf install bubblewrap` or the like puts it there."
_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_NAMESPACES = Path(namespaces.__file__).resolve()
_HOSTS = _NAMESPACES.with_name("hosts")
"""An answer may ask a server of its own by the name `localhost`; this machine's file names more."""
_PACKAGES = ("site-packages", "dist-packages")
_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives")


def command(readable: Iterable[Path] = (), variables: Mapping[str, str] | None = None) -> list[str]:
    """The words to put before a command that runs Python inside.

    `readable` are the folders and files, beside Python's own, that can be read there;
    `variables` is its whole environment.
    """
    given = {**(variables or {}), "TMPDIR": namespaces.SCRATCH}
    return [
        shutil.which("bwrap") or "bwrap",
        *("--unshare-all", "--unshare-user", "--uid", NOBODY, "--gid", NOBODY),
        *("--die-with-parent", "--new-session", "--clearenv"),
        *(word for name, value in given.items() for word in ("--setenv", name, value)),
        *("--proc", "/proc", "--dev", "/dev"),
        *_system(),
        # Before what is bound below it.
        *("--tmpfs", "/tmp"),
        *("--size", str(SERVER_BYTES), "--tmpfs", namespaces.SCRATCH),
        *_bound([*_python(), *readable]),
        *("--remount-ro", "/", "--remount-ro", "/dev", "--remount-ro", "/tmp"),
        *("--chdir", "/"),
    ]


def problem() -> str | None:
    """Why no answer can be put into a sandbox here, else None. Starts one to find out."""
    if not HAS_POSIX or not sys.platform.startswith("linux"):
        return "bubblewrap is for Linux only."
    if shutil.which("bwrap") is None:
        return f"bubblewrap (bwrap) is not installed. {INSTALL}"
    words = [*command([_NAMESPACES]), sys.executable, "-I", "-S", "-B", str(_NAMESPACES)]
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PROBE_REAL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap does not start: {error}"
    if done.returncode == 0:
        return None
    said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
    return (
        f"bubblewrap is installed, but this system refuses what it needs ({said[-1][:200]}). "
        "Unprivileged user namespaces may be switched off here, as on Ubuntu 24.04."
    )


def _system() -> list[str]:
    words = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM:
        path = Path("/", name)
        if path.is_symlink():
            words += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    for file in _FILES:
        words += ["--ro-bind-try", file, file]
    return [*words, "--ro-bind", str(_HOSTS), "/etc/hosts"]


def _python() -> list[Path]:
    """Where this Python, its environment and its packages lie."""
    places = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    places += [os.path.dirname(os.path.realpath(sys.executable))]
    places += [place for place in sys.path if os.path.basename(place) in _PACKAGES]
    return [Path(place) for place in places]


def _bound(paths: Sequence[Path]) -> list[str]:
    """The words that bind these read-only: outer folders first, nothing twice, never `/`."""
    words: list[str] = []
    seen: list[Path] = [Path("/usr")]
    for path in sorted({Path(os.path.abspath(path)) for path in paths}):
        if path == Path("/") or not path.exists() or any(path.is_relative_to(s) for s in seen):
            continue
        seen.append(path)
        words += ["--ro-bind", str(path), str(path)]
    return words
