"""Takes from a Python on Linux what a Python on Windows has not; loaded from PYTHONPATH.

What stays another's: paths, the console, how a process starts. `os.name` and `sys.platform`
stay too, for half of the standard library would break.
"""

import asyncio
import asyncio.selector_events
import asyncio.unix_events
import concurrent.futures.process
import faulthandler
import multiprocessing.connection
import multiprocessing.context
import multiprocessing.popen_spawn_posix
import multiprocessing.queues
import multiprocessing.resource_tracker
import multiprocessing.synchronize
import os
import select
import selectors
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from typing import Any

USED = (concurrent.futures.process, shutil, tempfile, multiprocessing)
"""Loaded first: they take what is theirs before it goes."""
MODULES = ["fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"]
NAMES: dict[Any, str] = {
    os: "fork forkpty getpgid getpgrp killpg mkfifo openpty register_at_fork set_blocking setpgid "
    "setsid waitid P_ALL WEXITED WNOWAIT sched_getaffinity getloadavg sysconf",
    faulthandler: "register unregister",
    signal: "SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPROF SIGQUIT SIGTSTP SIGUSR1 SIGVTALRM "
    "SIGWINCH SIGXCPU ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL getitimer pthread_kill setitimer "
    "siginterrupt",
    socket: "recv_fds send_fds",
    time: "clock_gettime pthread_getcpuclockid",
    selectors: "EpollSelector PollSelector",
}
KNOWN_SIGNALS = ("SIGABRT", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM")

kill, killed = os.kill, signal.SIGKILL
real_listdir = os.listdir
real_select = select.select
real_signal = signal.signal
numbers = {int(getattr(signal, name)) for name in KNOWN_SIGNALS}


def only_sockets(readers: Any, writers: Any, others: Any, *timeout: Any) -> Any:
    """select.select as Windows has it."""
    waited_for = [*readers, *writers, *others]
    if not waited_for:
        raise OSError(10022, "An invalid argument was supplied")
    for thing in waited_for:
        fd = thing if isinstance(thing, int) else thing.fileno()
        if not stat.S_ISSOCK(os.fstat(fd).st_mode):
            raise OSError(10038, "An operation was attempted on something that is not a socket")
    return real_select(readers, writers, others, *timeout)


def socket_pair(*_: Any) -> tuple[socket.socket, socket.socket]:
    """socket.socketpair as Windows has it: two ends of a connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname())
        return near, server.accept()[0]


def known_signal(number: int, handler: Any) -> Any:
    if int(number) not in numbers:
        raise ValueError("invalid signal value")
    return real_signal(number, handler)


def listdir(path: Any = ".") -> list[str]:
    if str(path).startswith("/dev/fd"):
        raise FileNotFoundError(path)
    return real_listdir(path)


class WindowsLoop(asyncio.selector_events.BaseSelectorEventLoop):
    """asyncio.SelectorEventLoop as Windows has it: no signals, no programs, no pipes."""


for owner, names in NAMES.items():
    for name in names.split():
        delattr(owner, name)
for name in MODULES:
    sys.modules[name] = None  # type: ignore[assignment]
patched: Any = select
patched.select = only_sockets
patched = selectors.SelectSelector
patched._select = staticmethod(only_sockets)
patched = selectors
patched.DefaultSelector = selectors.SelectSelector
patched = socket
patched.socketpair = socket_pair
patched = signal
patched.signal = known_signal
patched = os
patched.listdir = listdir
patched = subprocess.Popen
patched.kill = patched.terminate = lambda self: kill(self.pid, killed)
patched = asyncio
patched.SelectorEventLoop = WindowsLoop
patched = asyncio.DefaultEventLoopPolicy
patched._loop_factory = WindowsLoop
patched = multiprocessing.context
for name in ("fork", "forkserver"):
    del patched._concrete_contexts[name]
patched._default_context._default_context = patched._concrete_contexts["spawn"]
patched._default_context.get_all_start_methods = lambda: ["spawn"]
patched = multiprocessing
patched.get_all_start_methods = patched.context._default_context.get_all_start_methods
