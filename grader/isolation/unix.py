"""leftovers.py on Linux and macOS.

On Linux the warm server adopts orphans (PR_SET_CHILD_SUBREAPER), and /proc lists what bears its
marker; on macOS the group is killed.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Collection
from pathlib import Path
from subprocess import Popen

from grader.system import HAS_POSIX

assert HAS_POSIX, "leftovers.py takes windows.py there"

MAX_REAL_SECONDS = 2.0
"""For ending orphans."""
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """From now on, a descendant whose parent ends becomes this process's child."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_orphans(known: Collection[int]) -> None:
    """End and reap every child of this process that is not `known`, and theirs in turn."""
    until = time.monotonic() + MAX_REAL_SECONDS
    while time.monotonic() < until:
        unknown = [pid for pid in _children() if pid not in known]
        if not unknown:
            return
        for pid in unknown:
            kill_group(pid)
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        for pid in unknown:
            with contextlib.suppress(OSError):
                os.waitpid(pid, 0)


def _children() -> list[int]:
    try:
        listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in listed.split()]


def kill_tree(process: "Popen[bytes]") -> None:
    """End a process of ours that runs, and what it started."""
    kill_group(process.pid)


def computed(pid: int) -> tuple[float, bool]:
    """CPU seconds of this process and its descendants, and whether one of them could run now:
    it waits for a processor and for nothing else. 0 and False without /proc."""
    ticks: dict[int, int] = {}
    wanting: set[int] = set()
    parents: dict[int, int] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            words = file.read_text().rpartition(")")[2].split()
            number = int(file.parent.name)
            parents[number] = int(words[1])
            ticks[number] = sum(map(int, words[11:15]))
            if words[0] == "R":  # runnable: one that SIGSTOP has stopped wants no processor
                wanting.add(number)
    family = {pid}
    for _ in range(8):  # deep enough: a sandbox has three
        family |= {number for number, parent in parents.items() if parent in family}
    seconds = sum(ticks.get(number, 0) for number in family) / os.sysconf("SC_CLK_TCK")
    return seconds, bool(family & wanting)


def kill_group(pid: int) -> None:
    """End the process, and its whole group when it leads one."""
    with contextlib.suppress(OSError):
        if _leads_a_group(pid):
            os.killpg(pid, signal.SIGKILL)
            return
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def _leads_a_group(pid: int) -> bool:
    try:
        return os.getpgid(pid) == pid
    except ProcessLookupError:
        return True  # it was reaped; its group may live on in processes that it started


def exists(pid: int) -> bool:
    """Whether this process still runs; a zombie, which waits to be reaped, does not."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    state = _state(pid)
    return state != "Z" if state else not Path("/proc/self/stat").exists()


def is_stopped(pid: int) -> bool:
    """Whether this process was stopped, as by SIGSTOP; False without /proc."""
    return _state(pid) == "T"


def _state(pid: int) -> str:
    """The letter of /proc for what a process does; empty when it does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def kill_marked(marker: str) -> None:
    """End every process whose environment has `marker`, NAME=VALUE: the server itself is gone."""
    words = marker.encode()
    for folder in Path("/proc").glob("[0-9]*") if Path("/proc/self/environ").exists() else ():
        with contextlib.suppress(OSError, ValueError):
            if words in (folder / "environ").read_bytes() and int(folder.name) != os.getpid():
                os.kill(int(folder.name), signal.SIGKILL)
