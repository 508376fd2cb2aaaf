"""Audits an answer while it runs: stops what would do harm, and tells of what no answer needs.

An audit hook (PEP 578) hears the interpreter's events. What goes out, changes other people's files
or processes, or reads the solutions raises `Attempt` in the answer; what only looks is told, once.
The grader's own code, and every library's, is let through. It proves nothing: code in the same
process can always be cleverer. Points are for the judge outside, where one plays the suite.
"""

import builtins
import ipaddress
import linecache
import os
import sqlite3
import sys
import tempfile
import types
from _thread import get_ident
from collections.abc import Callable
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from grader.security.gate import ATTRIBUTES, CALLS

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
MAX_FLAGS = 20
"""Flags of one answer that are kept."""
MAX_TEXT = 200
"""Characters of a flag."""
HERE = ("", "ip6-localhost", "ip6-loopback", "localhost")
"""Names of this machine; its addresses are parsed."""
READERS = ("linecache.py", "tokenize.py")
"""Library files that open source files only to show a traceback's lines."""
HARMLESS = ("/proc/cpuinfo", "/proc/locks")
"""Files of /proc that tell of the machine and of no process."""
ACTING = frozenset(
    "os.exec os.fork os.forkpty os.kill os.killpg os.posix_spawn os.spawn os.system pty.spawn "
    "signal.pthread_kill sys.addaudithook".split()
)
CONNECTING = frozenset(
    "socket.connect socket.gethostbyname socket.getaddrinfo socket.sendmsg socket.sendto".split()
)
MOVING = frozenset("os.link os.symlink shutil.copyfile shutil.copytree".split())
CHANGING = frozenset(
    "os.chmod os.chown os.remove os.rename os.rmdir os.truncate shutil.move shutil.rmtree".split()
)
UNPICKLED = frozenset(
    "_ctypes code ctypes gc grader importlib inspect nt os posix runpy subprocess sys".split()
)
"""Modules of which no answer unpickles anything, whoever does it for it."""


class Attempt(RuntimeError):  # noqa: N818 - it names what it was
    """The answer tried what no answer needs."""


class Outside(ConnectionError):  # noqa: N818 - it names where it went
    """A connection to another machine."""


Walls = tuple[Path, tuple[Path, ...]]
"""The one folder below which an answer may write, and those that it may not read: the solutions
and the tests."""


_audit: "Audit | None" = None


class Audit:
    """Audits the answer whose code has the file name `shown`.

    `report` gets each attempt's flag once.
    """

    def __init__(self, shown: str, walls: Walls, report: Callable[[str], None]) -> None:
        home, closed = walls
        self.shown = shown
        self._closed = tuple(os.path.realpath(path) + os.sep for path in closed)
        temporary = os.path.realpath(tempfile.gettempdir()) + os.sep
        self._writable = (os.path.realpath(home) + os.sep, temporary, "/dev/")
        self._report = report
        self._told: set[str] = set()
        self._inside: set[int] = set()
        self._process = os.getpid()
        self._thread = get_ident()
        self._trusted = (
            *{os.path.dirname(os.path.realpath(os.__file__)), os.path.dirname(os.__file__)},
            *(path for path in sys.path if path.endswith(("-packages", "lib-dynload"))),
            os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
            "<frozen ",
            *map(str, closed),
        )
        self._handlers: dict[str, Callable[[str, Any], None]] = {
            **dict.fromkeys(ACTING, self._act),
            **dict.fromkeys(CONNECTING, self._connect),
            **dict.fromkeys(MOVING | CHANGING, self._move),
            "open": self._open,
            "pickle.find_class": self._find_class,
            "subprocess.Popen": self._start_program,
            "sqlite3.connect": self._connect_database,
        }

    def begin(self) -> None:
        """Audit from now on, until the process ends: Python removes no audit hook."""
        global _audit
        _audit, handlers, inside = self, self._handlers, self._inside

        def hook(event: str, args: Any) -> None:
            handle = handlers.get(event)
            if handle is None:
                return
            ident = get_ident()
            if ident in inside:
                return
            inside.add(ident)
            try:
                handle(event, args)
            finally:
                inside.discard(ident)

        sys.addaudithook(hook)

    # -- reporting -----------------------------------------------------------

    def tell(self, what: str, line: int | None) -> None:
        """Report an attempt, unless it was reported or the process is a fork of the answer's."""
        where = f"line {line} " if line is not None else ""
        text = f"{where}{what}"[:MAX_TEXT]
        known = text in self._told or len(self._told) >= MAX_FLAGS
        if not known and os.getpid() == self._process:
            self._told.add(text)
            self._report(text)

    def refuse(self, what: str, line: int | None) -> None:
        """Report an attempt and stop it. Raises Attempt."""
        self.tell(what, line)
        raise Attempt(f"{what}: no answer needs that")

    # -- whose code is it ----------------------------------------------------

    def _is_own(self, frame: FrameType) -> bool:
        file = frame.f_code.co_filename
        return file == self.shown or not file.startswith(self._trusted)

    def line(self, frame: FrameType | None) -> int | None:
        """The nearest of the answer's lines on the stack, or None."""
        while frame is not None:
            if frame.f_code.co_filename == self.shown:
                return frame.f_lineno
            frame = frame.f_back
        return None

    # -- the interpreter's events --------------------------------------------

    def _act(self, event: str, args: Any) -> None:
        frame = sys._getframe(2)
        if self._is_own(frame):
            self.refuse(f"uses {event}", self.line(frame))

    def _find_class(self, event: str, args: Any) -> None:
        module, name = str(args[0]).partition(".")[0], str(args[1])
        if module in UNPICKLED or (module == "builtins" and name in {*CALLS, "getattr"}):
            self.tell(f"unpickles {args[0]}.{name}", self.line(sys._getframe(2)))

    def _start_program(self, event: str, args: Any) -> None:
        line = self.line(sys._getframe(2))
        if line is not None or get_ident() != self._thread:
            self.refuse(f"starts another program: {str(args[0])[:60]}", line)

    def _connect_database(self, event: str, args: Any) -> None:
        frame = sys._getframe(2)
        is_watched = not isinstance(sqlite3.connect, types.BuiltinFunctionType)
        if is_watched and self._is_own(frame):
            self.refuse("opens a connection that nobody watches", self.line(frame))

    def _open(self, event: str, args: Any) -> None:
        path, _, flags = args
        frame = sys._getframe(2)
        if isinstance(path, int):
            if self._is_own(frame):
                self.refuse("opens a file that others have opened", self.line(frame))
            return
        line = self.line(frame)
        # In a thread that a library runs, no line of the answer is on the stack.
        apart = line is None and get_ident() != self._thread
        if (line is None and not apart) or frame.f_code.co_filename.endswith(READERS):
            return
        whole = os.path.realpath(os.fsdecode(path))
        if whole.startswith(self._closed):
            self.refuse(f"opens {os.path.basename(whole)} of the course", line)
        if apart:
            return
        if whole.startswith(("/proc/", "/dev/fd/")) and not whole.startswith(HARMLESS):
            self.refuse("opens what belongs to the process", line)
        writes = isinstance(flags, int) and flags & WRITING
        if writes and not f"{whole}{os.sep}".startswith(self._writable):
            self.refuse("writes outside its own folder", line)

    def _move(self, event: str, args: Any) -> None:
        """A file gets another name, or goes: the audit hears of no opening then."""
        line = self.line(sys._getframe(2))
        if line is None:
            return
        for path in (each for each in args[:2] if isinstance(each, str | bytes | os.PathLike)):
            whole = os.path.realpath(os.fsdecode(path))
            if whole.startswith(self._closed):
                self.refuse(f"uses {event} on {os.path.basename(whole)} of the course", line)
            if event in CHANGING and not f"{whole}{os.sep}".startswith(self._writable):
                self.refuse(f"uses {event} outside its own folder", line)

    def _connect(self, event: str, args: Any) -> None:
        if event in ("socket.getaddrinfo", "socket.gethostbyname"):
            host = args[0]
            port = args[1] if len(args) > 1 else ""
        else:
            address = args[-1]
            if not isinstance(address, tuple):
                return  # a Unix socket: a path, and no host
            host, port = address[0], address[1]
        host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if host is None or _is_here(str(host)):
            return
        line = self.line(sys._getframe(2))
        where = f"{host}:{port}" if port else str(host)
        self.tell(f"calls {where[:80]}, outside this machine", line)
        raise Outside(f"{where} is not part of this exercise: there is no network here")


def _is_here(host: str) -> bool:
    """Whether this name or address is this machine's own, however it is spelt."""
    if host.lower().rstrip(".") in HERE:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_unspecified


def hide() -> None:
    """Take the grader out of `sys.modules`, where an answer could find it.

    Its functions go on: they hold their modules' globals. It can import nothing of itself then.
    """
    for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
        del sys.modules[name]


def fresh(name: str, data: bytes, shown: str, staged: Path) -> ModuleType:
    """An empty module of that name, under which others find it, for the answer's code to run in.

    Where it is audited, its builtins tell of names that it makes up while it runs.
    """
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    # With None as its mtime, linecache.checkcache never looks for the file on disk.
    linecache.cache[shown] = (len(text), None, text.splitlines(keepends=True), shown)
    module = sys.modules[name] = ModuleType(name)
    module.__file__ = str(staged)
    if (audit := _audit) is None:
        return module

    def telling(function: Callable[..., Any]) -> Callable[..., Any]:
        def told(thing: Any, name: Any, *rest: Any) -> Any:
            if isinstance(name, str) and name in ATTRIBUTES:
                audit.tell(f"uses {name}", audit.line(sys._getframe(1)))
            return function(thing, name, *rest)

        return told

    own = {"getattr": telling(getattr), "setattr": telling(setattr)}
    # Looked up at each call: suite/loading.py replaces it while a file is imported.
    own["input"] = lambda *words: builtins.input(*words)
    vars(module)["__builtins__"] = vars(builtins) | own
    return module
