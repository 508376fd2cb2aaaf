"""leftovers.py on Windows: taskkill ends what descends from a process that still runs.

What a process that has ended left behind cannot be found there; what a server asks is not asked.
"""

import contextlib
import subprocess

MAX_REAL_SECONDS = 2.0
"""For taskkill."""


def kill_tree(process: "subprocess.Popen[bytes]") -> None:
    """End a process of ours that runs, and what it started."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            ["taskkill", "/T", "/F", "/PID", str(process.pid)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=MAX_REAL_SECONDS,
        )
    process.kill()


def kill_group(pid: int) -> None:
    """There are no groups that could be ended."""


def kill_marked(marker: str) -> None:
    """No process tells its environment."""


def exists(pid: int) -> bool:
    """Not asked: `os.kill(pid, 0)` would send CTRL_C_EVENT."""
    return False


def is_stopped(pid: int) -> bool:
    """No process can be stopped from outside."""
    return False
