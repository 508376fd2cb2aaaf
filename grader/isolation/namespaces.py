"""One answer's own namespaces inside the sandbox: processes, files, network, nothing shared.

Python 3.11 has no os.unshare, and no Python a mount, so these few calls go to the C library.
"""

import contextlib
import ctypes
import errno
import os
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

with contextlib.suppress(ImportError):  # on Windows nobody enters
    import fcntl

_NEWNS, _NEWIPC, _NEWUSER = 0x00020000, 0x08000000, 0x10000000
_NEWPID, _NEWNET = 0x20000000, 0x40000000
_RDONLY, _NOSUID, _NODEV, _NOEXEC = 1, 2, 4, 8
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CAPABILITY_VERSION = 0x20080522
_SIOCSIFFLAGS, _IFF_UP_RUNNING = 0x8914, 0x41
_PR_SET_SECCOMP, _FILTER = 22, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
"""Where these lie in what the kernel shows a filter."""
_X32, _AF_VSOCK = 0x40000000, 40
_KEYCTL_JOIN_SESSION_KEYRING = 1


class _Calls(NamedTuple):
    """The numbers of system calls on one kind of processor; `refused` are those not let through.

    No namespace covers what these do: keys that a user's processes share; files of memory, which
    no limit counts; io_uring, whose requests no filter sees; the insides of the kernel.
    """

    architecture: int
    keyctl: int
    socket: int
    refused: tuple[int, ...]


_KNOWN = {
    # add_key request_key keyctl memfd_create bpf perf_event_open userfaultfd io_uring_*
    "x86_64": _Calls(0xC000003E, 250, 41, (248, 249, 250, 319, 321, 298, 323, 425, 426, 427)),
    "aarch64": _Calls(0xC00000B7, 219, 198, (217, 218, 219, 279, 280, 241, 282, 425, 426, 427)),
}

SCRATCH = "/answer"
"""The one folder that an answer can write to: a tmpfs of its own, as is its /dev/shm."""
_SCRATCH_SIZE = "size=32m,nr_inodes=4096,mode=700"
_SHARED_MEMORY_SIZE = "size=16m,nr_inodes=256,mode=1777"


def enter(hidden: Sequence[str] = ()) -> None:
    """Continue in a new process with namespaces of its own; this one ends as that one ends.

    Three processes: this one waits outside; process 1 of the namespace waits inside, and when
    it ends the kernel kills all others in there; the answer runs in the third. It cannot run
    in process 1, to which the kernel delivers no signal from inside (pid_namespaces(7)). The
    folders `hidden` are empty in there. Raises OSError where the system refuses.
    """
    if sys.platform == "win32":
        raise OSError("Windows has no namespaces")
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    _call(libc.unshare, _NEWUSER | _NEWNS | _NEWPID | _NEWIPC | _NEWNET)
    maps = {"setgroups": "deny", "uid_map": f"{uid} {uid} 1", "gid_map": f"{gid} {gid} 1"}
    for file, text in maps.items():
        with open(f"/proc/self/{file}", "w") as map_file:
            map_file.write(text)
    said, say = os.pipe()
    pid = os.fork()
    if pid:
        _end_as(pid, said)
    os.close(said)
    calls = _KNOWN.get(os.uname().machine)
    if calls is not None:
        # Else keys that an answer leaves, or reads, are those of whoever started the grader.
        libc.syscall(calls.keyctl, _KEYCTL_JOIN_SESSION_KEYRING, None)
    _call(libc.prctl, _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    quiet = _NOSUID | _NODEV
    _mount(libc, SCRATCH, quiet, _SCRATCH_SIZE)
    _mount(libc, "/dev/shm", quiet | _NOEXEC, _SHARED_MEMORY_SIZE)
    # /proc still shows the server's processes, and all answers share the terminals of /dev/pts:
    # an empty folder hides them.
    for folder in ("/proc", "/dev/pts", *hidden):
        _mount(libc, folder, quiet | _NOEXEC | _RDONLY, "size=4k")
    _raise_loopback()
    _call(libc.prctl, _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # Without CAP_SYS_ADMIN nothing in there can unmount what was mounted.
    header = struct.pack("=II", _CAPABILITY_VERSION, 0)
    _call(libc.capset, header, bytes(24))
    if calls is not None:
        _filter(libc, calls)
    os.chdir(SCRATCH)
    pid = os.fork()
    if pid:
        _wait_for(pid, say)
    os.close(say)


def _mount(libc: ctypes.CDLL, where: str, flags: int, options: str) -> None:
    _call(libc.mount, b"tmpfs", where.encode(), b"tmpfs", flags, options.encode())


def _filter(libc: ctypes.CDLL, calls: _Calls) -> None:
    """Have the kernel refuse some system calls (EPERM) to this process and those it starts."""
    steps: list[tuple[int, int, int | None, int | None]] = [
        # what to do, with what; and where to go on if so, and if not: None refuses, 0 is the next
        (_LOAD, _ARCHITECTURE, 0, 0),
        (_EQUAL, calls.architecture, 0, None),
        (_LOAD, _NUMBER, 0, 0),
        (_AT_LEAST, _X32, None, 0),
        *((_EQUAL, number, None, 0) for number in calls.refused),
        (_EQUAL, calls.socket, 0, 2),
        (_LOAD, _FIRST_ARGUMENT, 0, 0),
        (_EQUAL, _AF_VSOCK, None, 0),
        (_RETURN, _ALLOW, 0, 0),
        (_RETURN, _REFUSE, 0, 0),
    ]
    last = len(steps) - 1
    words = b""
    for at, (what, value, *to) in enumerate(steps):
        yes, no = (last - at - 1 if far is None else far for far in to)
        words += struct.pack("=HBBI", what, yes, no, value)
    program = ctypes.create_string_buffer(words, len(words))
    header = struct.pack("@HP", len(steps), ctypes.addressof(program))
    _call(libc.prctl, _PR_SET_SECCOMP, _FILTER, header, 0, 0)


def _raise_loopback() -> None:
    if sys.platform == "win32":
        raise OSError("Windows has no namespaces")
    with (
        contextlib.suppress(OSError),  # without a loopback an answer can only not listen
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle,
    ):
        fcntl.ioctl(handle, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP_RUNNING))


def _call(function: "ctypes._NamedFuncPointer", *arguments: object) -> None:
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function.__name__}: {os.strerror(number)}")


def _wait_for(pid: int, say: int) -> NoReturn:
    """Process 1: reap whatever ends, until `pid` does, and write its exit code to `say`."""
    _close_all_but(say)
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == pid:
            os.write(say, b"%d" % os.waitstatus_to_exitcode(status))
            os._exit(0)


def _end_as(pid: int, said: int) -> NoReturn:
    """The process outside: wait for process 1, and end with the exit code that it wrote."""
    if sys.platform == "win32":
        raise OSError("Windows has no namespaces")
    _close_all_but(said)
    _, status = os.waitpid(pid, 0)
    code = int(os.read(said, 16) or os.waitstatus_to_exitcode(status))
    if code < 0:
        signal.signal(-code, signal.SIG_DFL) if -code != signal.SIGKILL else None
        os.kill(os.getpid(), -code)
    os._exit(max(code, 1) if code else 0)


def _close_all_but(descriptor: int) -> None:
    """Close the channel, above all: the parent reads its end when the last holder closes it."""
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, 65536)


if __name__ == "__main__":  # how grader.isolation.bubblewrap finds out whether it works
    enter()
