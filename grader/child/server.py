"""The warm server's loop: forks a child per job, tells how it ended, leaves nothing running.

Its parent sends records of 16 bytes over a socket, a letter and a number: `f` forks (with
three descriptors: the job, the channel, the status), `k` ends that child. On the status
descriptor it answers with the child's process number and, when the child has ended, its exit
code, its CPU time in milliseconds, and 1 if it could have run when it was killed, else 0.
"""

import contextlib
import os
import pickle
import random
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from grader.isolation import unix
from grader.model.job import MESSAGE_BYTES, Job
from grader.system import HAS_POSIX

Grade = Callable[[int, Job], None]
"""Grades an answer; events go to that descriptor."""

assert HAS_POSIX, "where there is no fork, nobody starts a server"

LONG_REAL_SECONDS = 1.0
"""CPU time is read from /proc only for children older than this: younger cannot have starved."""


@dataclass
class Forked:
    """A child that runs. `processor` is the one that it is bound to; when it was killed it had
    `computed` so many seconds, and `wanted` says whether it could have run just then."""

    number: int
    status: int
    processor: int | None = None
    started: float = field(default_factory=time.monotonic)
    computed: float = 0.0
    wanted: bool = False


def main(task: dict[str, Any]) -> None:
    """Warm up, then serve until the parent goes away."""
    from grader.child import warm
    from grader.child.main import main as grade

    collected, seals = warm.warm_up(task["suites"])
    control = socket.socket(fileno=task["control"])
    serve(control, lambda channel, job: grade(channel, job, collected, seals))


def serve(control: socket.socket, grade: Grade) -> None:
    control.setblocking(True)
    os.set_inheritable(control.fileno(), False)
    wakes, wake = os.pipe()
    os.set_blocking(wakes, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    unix.adopt_orphans()
    children: dict[int, Forked] = {}
    try:
        while True:
            ready, _, _ = select.select([control.fileno(), wakes], [], [])
            if wakes in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wakes, 512)
            _reap(children)
            if control.fileno() not in ready:
                continue
            message, fds, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 3)
            if len(message) < MESSAGE_BYTES:
                return
            number = int(message[1:])
            if message.startswith(b"f"):
                processor = quietest([child.processor for child in children.values()])
                pid = _fork(fds[0], fds[1], grade, processor)
                children[pid] = Forked(number, fds[2], processor)
                _tell(fds[2], pid)
            else:
                for pid, child in children.items():
                    if child.number == number:
                        if time.monotonic() - child.started > LONG_REAL_SECONDS:
                            child.computed, child.wanted = unix.computed(pid)
                        unix.kill_group(pid)
    finally:
        for pid in children:
            unix.kill_group(pid)
        for pid in children:
            with contextlib.suppress(OSError):
                os.waitpid(pid, 0)
        unix.end_orphans(())
        os._exit(0)


def _reap(children: dict[int, Forked]) -> None:
    while True:
        try:
            pid, status, seconds = _end_one()
        except ChildProcessError:
            return
        if not pid:
            return
        child = children.pop(pid, None)
        unix.end_orphans(children)
        if child is None:
            continue  # an orphan, left by an answer
        computed = max(child.computed, seconds)
        code = os.waitstatus_to_exitcode(status)
        _tell(child.status, code, round(computed * 1000), child.wanted)
        os.close(child.status)


def _end_one() -> tuple[int, int, float]:
    """Reap a child that has ended, and kill its group: its pid, status and CPU seconds.

    The pid is 0 while none has ended. Raises ChildProcessError when there are no children.
    """
    if sys.platform == "darwin":  # it has no waitid before Python 3.13
        pid, status, usage = os.wait4(-1, os.WNOHANG)
        if pid:
            _end_group(pid)
        return pid, status, usage.ru_utime + usage.ru_stime
    # WNOWAIT: until it is reaped no other process can get its pid, which names its group.
    ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if ended is None:
        return 0, 0, 0.0
    _end_group(ended.si_pid)
    pid, status, usage = os.wait4(ended.si_pid, 0)
    return pid, status, usage.ru_utime + usage.ru_stime


def _end_group(pid: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)


def _tell(status: int, *numbers: int) -> None:
    with contextlib.suppress(OSError):  # the parent may have closed its end
        os.write(status, b" ".join(b"%d" % number for number in numbers) + b"\n")


def quietest(taken: list[int | None]) -> int | None:
    """One of the processors that the fewest children are bound to; None but on Linux."""
    if sys.platform != "linux":
        return None
    all_of_them = sorted(os.sched_getaffinity(0))
    fewest = min(taken.count(processor) for processor in all_of_them)
    return random.choice([each for each in all_of_them if taken.count(each) == fewest])


def _fork(job_fd: int, channel: int, grade: Grade, processor: int | None) -> int:
    """The new child's pid; in the child this never returns."""
    pid = os.fork()
    if pid:
        os.close(job_fd)
        os.close(channel)
        return pid
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with open(job_fd, "rb") as file:
            file.seek(0)
            job = pickle.load(file)
        _keep_only(channel)
        if sys.platform == "linux" and processor is not None and job.clock == "virtual":
            # On a virtual clock threads take turns, and waking one on another processor is slower.
            os.sched_setaffinity(0, {processor})
        grade(channel, job)
    finally:
        os._exit(1)
    raise AssertionError  # nothing comes here


def _keep_only(channel: int) -> None:
    """Close what the server has open: its control socket, the other children's descriptors."""
    os.closerange(3, channel)
    os.closerange(channel + 1, 65536)
