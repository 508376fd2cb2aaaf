"""Audits an answer while it runs: what the gate refuses in source, caught when it happens.

Two parts. An audit hook (PEP 578) hears the interpreter's events; the answer's module gets
builtins of its own, whose `getattr`, `setattr` and `__import__` know the same lists. An
attempt raises `Attempt` in the answer and is reported once; the grader's own code, and every
library's, is let through. It hinders cheats and makes them visible. It proves nothing: code in
the same process can always be cleverer.
"""

import builtins
import ipaddress
import os
import sys
import tempfile
import types
from _thread import get_ident
from collections.abc import Callable
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from grader.security.refusals import ATTRIBUTES, is_refused_module, refused_function

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
STACKS = "base_tasks.py"
"""asyncio's file that reads the frames of a task, on behalf of its caller."""
HANDING = ("<lambda>", "walk_stack")
"""Callers of sys._getframe on behalf of others: a lambda of logging, and traceback.walk_stack."""
LOOKING = frozenset(
    "gc.get_objects gc.get_referents gc.get_referrers sys._current_exceptions "
    "sys._current_frames sys._getframe sys._getframemodulename".split()
)
RUNNING = frozenset({"code.__new__", "compile", "exec"})
ACTING = frozenset(
    "os.exec os.fork os.forkpty os.kill os.killpg os.posix_spawn os.spawn os.system pty.spawn "
    "signal.pthread_kill".split()
)
TRACING = frozenset({"sys.setprofile", "sys.settrace"})
CONNECTING = frozenset(
    "socket.connect socket.gethostbyname socket.getaddrinfo socket.sendmsg socket.sendto".split()
)


class Attempt(RuntimeError):  # noqa: N818 - it names what it was
    """The answer tried what no answer needs."""


class Outside(ConnectionError):  # noqa: N818 - it names where it went
    """A connection to another machine."""


class Audit:
    """Audits the answer whose code has the file name `shown`.

    `closed` are folders that an answer may not read: the solutions and the tests; `home` is
    the one folder below which it may write. `report` gets each attempt's flag once.
    """

    def __init__(
        self, shown: str, closed: tuple[Path, ...], home: Path, report: Callable[[str], None]
    ) -> None:
        self._shown = shown
        self._closed = tuple(os.path.realpath(path) + os.sep for path in closed)
        temporary = os.path.realpath(tempfile.gettempdir()) + os.sep
        self._writable = (os.path.realpath(home) + os.sep, temporary, "/dev/")
        self._report = report
        self._told: set[str] = set()
        self._inside: set[int] = set()
        self._process = os.getpid()
        self._file: str | None = None
        self._trusted = (
            *{os.path.dirname(os.path.realpath(os.__file__)), os.path.dirname(os.__file__)},
            *(path for path in sys.path if path.endswith(("-packages", "lib-dynload"))),
            os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
            "<frozen ",
            *map(str, closed),
        )
        self._handlers: dict[str, Callable[[str, Any], None]] = {
            **dict.fromkeys(LOOKING | RUNNING | ACTING, self._look),
            **dict.fromkeys(TRACING, self._trace),
            **dict.fromkeys(CONNECTING, self._connect),
            "import": self._import,
            "object.__delattr__": self._attribute,
            "object.__getattr__": self._attribute,
            "object.__setattr__": self._attribute,
            "open": self._open,
            "pickle.find_class": self._find_class,
            "subprocess.Popen": self._start_program,
            "sys.addaudithook": self._add_hook,
        }

    def begin(self) -> None:
        """Audit from now on, until the process ends: Python removes no audit hook."""
        handlers, inside = self._handlers, self._inside
        read = handlers["object.__getattr__"]

        def hook(event: str, args: Any) -> None:
            handle = handlers.get(event)
            if handle is None or (handle is read and args[1] == "f_code"):
                return  # the trace reads `f_code` all the time: a shortcut
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
        return file == self._shown or not file.startswith(self._trusted)

    def _line(self, frame: FrameType | None) -> int | None:
        """The nearest of the answer's lines on the stack, or None."""
        while frame is not None:
            if frame.f_code.co_filename == self._shown:
                return frame.f_lineno
            frame = frame.f_back
        return None

    # -- the interpreter's events --------------------------------------------

    def _look(self, event: str, args: Any) -> None:
        frame = sys._getframe(2)
        if frame.f_code.co_name in HANDING and frame.f_back is not None:
            frame = frame.f_back
        if self._is_own(frame):
            self.refuse(f"uses {event}", self._line(frame))

    def _attribute(self, event: str, args: Any) -> None:
        frame = sys._getframe(2)
        if frame.f_code.co_filename.endswith(STACKS) and frame.f_back is not None:
            frame = frame.f_back
        if self._is_own(frame) and str(args[1]) in ATTRIBUTES:
            self.refuse(f"uses {args[1]}", self._line(frame))

    def _import(self, event: str, args: Any) -> None:
        why = is_refused_module(str(args[0]))
        frame = sys._getframe(2)
        if why is not None and self._is_own(frame):
            self.refuse(f"imports {args[0]}", self._line(frame))

    def _find_class(self, event: str, args: Any) -> None:
        frame = sys._getframe(2)
        if self._is_own(frame) and str(args[0]) in ("os", "posix", "nt", "builtins", "subprocess"):
            self.refuse(f"unpickles {args[0]}.{args[1]}", self._line(frame))

    def _trace(self, event: str, args: Any) -> None:
        line = self._line(sys._getframe(2))
        guards = getattr(sys.getprofile(), "__module__", "").startswith("grader.")
        if (
            line is not None and not guards
        ):  # CPython's call_trampoline unsets the guard's hook that raises
            # A forgotten breakpoint() does so too: flag it, and let it be.
            self.tell(f"uses {event}, as a debugger does", line)

    def _start_program(self, event: str, args: Any) -> None:
        line = self._line(sys._getframe(2))
        if line is not None:
            self.refuse(f"starts another program: {str(args[0])[:60]}", line)

    def _add_hook(self, event: str, args: Any) -> None:
        self.refuse("uses sys.addaudithook", self._line(sys._getframe(2)))

    def _open(self, event: str, args: Any) -> None:
        path, _, flags = args
        frame = sys._getframe(2)
        if isinstance(path, int):
            if self._is_own(frame):
                self.refuse("opens a file that others have opened", self._line(frame))
            return
        line = self._line(frame)
        if line is None or frame.f_code.co_filename.endswith(READERS):
            return
        whole = os.path.realpath(os.fsdecode(path))
        if whole.startswith(self._closed):
            self.refuse(f"opens {os.path.basename(whole)} of the course", line)
        if whole.startswith(("/proc/", "/dev/fd/")) and not whole.startswith(HARMLESS):
            self.refuse("opens what belongs to the process", line)
        writes = isinstance(flags, int) and flags & WRITING
        if writes and not f"{whole}{os.sep}".startswith(self._writable):
            self.refuse("writes outside its own folder", line)

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
        line = self._line(sys._getframe(2))
        where = f"{host}:{port}" if port else str(host)
        self.tell(f"calls {where[:80]}, outside this machine", line)
        raise Outside(f"{where} is not part of this exercise: there is no network here")

    # -- the answer's own builtins -------------------------------------------

    def builtins(self) -> dict[str, Any]:
        """Python's builtins for the answer's module, a few of them replaced by guarded ones."""
        own = dict(vars(builtins))
        own.update(
            __import__=self._guarded_import,
            compile=self._never("compile"),
            delattr=self._guarded_delattr,
            eval=self._never("eval"),
            exec=self._never("exec"),
            getattr=self._guarded_getattr,
            hasattr=hasattr,
            # Looked up at each call: suite/loading.py replaces it while a file is imported.
            input=lambda *args: builtins.input(*args),
            setattr=self._guarded_setattr,
            vars=self._guarded_vars,
        )
        return own

    def _never(self, name: str) -> Callable[..., Any]:
        def never(*args: Any, **kwargs: Any) -> Any:
            self.refuse(f"uses {name}", self._line(sys._getframe(1)))

        return never

    def _guarded_import(
        self,
        name: str,
        globals: Any = None,
        locals: Any = None,
        fromlist: Any = (),
        level: int = 0,
    ) -> Any:
        wanted = [name, *(f"{name}.{part}" for part in fromlist or ())]
        if is_refused_module(name) is not None and level == 0:
            allowed = name == "importlib" and len(wanted) > 1
            if not allowed or any(is_refused_module(part) for part in wanted[1:]):
                self.refuse(f"imports {name}", self._line(self._frame()))
        return __import__(name, globals, locals, fromlist, level)

    def _guarded_getattr(self, thing: Any, name: Any, *default: Any) -> Any:
        self._check_name(name)
        if isinstance(thing, ModuleType) and isinstance(name, str):
            whose, plain = ModuleType.__getattribute__(thing, "__name__"), str.__str__(name)
            if refused_function(whose, plain) or is_refused_module(plain):
                self.refuse(f"uses {whose}.{plain}", self._line(self._frame()))
        return getattr(thing, name, *default)

    def _guarded_setattr(self, thing: Any, name: Any, value: Any) -> None:
        self._check_target(thing, name)
        setattr(thing, name, value)

    def _guarded_delattr(self, thing: Any, name: Any) -> None:
        self._check_target(thing, name)
        delattr(thing, name)

    def _guarded_vars(self, *thing: Any) -> Any:
        if not thing:
            return self._frame().f_locals
        if isinstance(thing[0], ModuleType) and thing[0].__dict__.get("__file__") != self._file:
            self.refuse(f"opens {thing[0].__name__}", self._line(self._frame()))
        self.check_opened(thing[0])
        return vars(*thing)

    def check_opened(self, thing: Any) -> None:
        """Let an answer list the names of this thing only if it may. Raises Attempt."""
        kind = thing if isinstance(thing, type) else type(thing)
        module = str(type.__getattribute__(kind, "__module__"))
        if isinstance(thing, type):
            own = getattr(sys.modules.get(module), "__file__", None) == self._file
        else:
            own = module.partition(".")[0] != "grader"
        if not own:
            name = f"{module}.{type.__getattribute__(kind, '__name__')}"
            self.refuse(f"opens {name}", self._line(self._frame()))

    def loading(self, file: str) -> None:
        """The answer's module is about to run from this file."""
        self._file = file

    def _check_name(self, name: Any) -> None:
        if isinstance(name, str) and (plain := str.__str__(name)) in ATTRIBUTES:
            self.refuse(f"uses {plain}", self._line(self._frame()))

    def _check_target(self, thing: Any, name: Any) -> None:
        self._check_name(name)
        if isinstance(thing, ModuleType):
            own = thing.__dict__.get("__file__") == self._file
            whose = thing.__name__
        elif isinstance(thing, type | types.FunctionType | types.BuiltinFunctionType):
            module = sys.modules.get(str(thing.__module__))
            own = getattr(module, "__file__", None) == self._file
            whose = f"{thing.__module__}.{thing.__qualname__}"
        else:
            return
        if not own and not whose.startswith("logging"):
            self.refuse(f"assigns to {whose}.{name}", self._line(self._frame()))

    def _frame(self) -> FrameType:
        """The nearest frame outside this file."""
        ident = get_ident()
        self._inside.add(ident)
        try:
            frame = sys._getframe(2)
            while frame.f_code.co_filename == __file__ and frame.f_back is not None:
                frame = frame.f_back
            return frame
        finally:
            self._inside.discard(ident)


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


_audit: Audit | None = None


def begin(audit: Audit) -> None:
    """Let `audit` audit this process."""
    global _audit
    _audit = audit
    audit.begin()


def hide() -> None:
    """Take the grader out of `sys.modules`, where an answer could find it.

    Its functions go on: they hold their modules' globals. It can import nothing of itself then.
    """
    for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
        del sys.modules[name]


def prepare(module: ModuleType) -> None:
    """Give a fresh module of the answer its own builtins, where it is audited."""
    if _audit is not None:
        _audit.loading(str(module.__file__))
        vars(module)["__builtins__"] = _audit.builtins()


def dict_of(thing: Any) -> Any:
    """What an answer gets for `thing.__dict__`. Raises Attempt."""
    if _audit is not None:
        _audit.check_opened(thing)
    return thing.__dict__
