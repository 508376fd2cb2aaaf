"""The builtins of an answer's module: a few of them know what is refused, as gate and audit do."""

import builtins
import sys
import types
from _thread import get_ident
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any

from grader.security import standins
from grader.security.refusals import (
    ATTRIBUTES,
    is_noted_function,
    is_noted_module,
    is_refused_module,
    refused_function,
)

if TYPE_CHECKING:
    from grader.security.audit import Audit

_WITH_CODE = (
    types.FunctionType,
    types.CoroutineType,
    types.GeneratorType,
    types.AsyncGeneratorType,
)


class Guards:
    """Guarded builtins of one answer; `audit` hears what they refuse."""

    def __init__(self, audit: "Audit") -> None:
        self._audit = audit
        self._file: str | None = None
        self._standins: dict[str, Any] = {}

    def builtins(self) -> dict[str, Any]:
        """Python's builtins for the answer's module, a few of them replaced by guarded ones."""
        guarded: dict[str, Callable[..., Any]] = {
            "__import__": self._guarded_import,
            "delattr": self._guarded_delattr,
            "getattr": self._guarded_getattr,
            # Looked up at each call: suite/loading.py replaces it while a file is imported.
            "input": lambda *args: builtins.input(*args),
            "setattr": self._guarded_setattr,
            "vars": self._guarded_vars,
        }
        if not self._audit.own:  # whose own use of them the audit's hook notes
            guarded |= {name: self._never(name) for name in ("compile", "eval", "exec")}
        own = vars(builtins) | {name: _hidden(function) for name, function in guarded.items()}
        self._standins["builtins"] = ModuleType("builtins")
        vars(self._standins["builtins"]).update(own)
        return own

    def _never(self, name: str) -> Callable[..., Any]:
        def never(*args: Any, **kwargs: Any) -> Any:
            self._audit.hinder(f"uses {name}", self._audit.line(sys._getframe(1)))

        return never

    def _guarded_import(
        self,
        name: str,
        globals: Any = None,
        locals: Any = None,
        fromlist: Any = (),
        level: int = 0,
    ) -> Any:
        root = name.partition(".")[0]
        if level == 0 and (root in standins.NAMES or is_noted_module(root)):
            if is_noted_module(root):
                self._audit.tell(f"imports {name}", self._audit.line(self._frame()))
            return self._standin(root)
        wanted = [name, *(f"{name}.{part}" for part in fromlist or ())]
        if is_refused_module(name) is not None and level == 0:
            allowed = name == "importlib" and len(wanted) > 1
            if not allowed or any(is_refused_module(part) for part in wanted[1:]):
                self._audit.hinder(f"imports {name}", self._audit.line(self._frame()))
        return __import__(name, globals, locals, fromlist, level)

    def _standin(self, name: str) -> Any:
        def refused(what: str) -> None:
            self._audit.hinder(what, self._audit.line(self._frame()))

        if name not in self._standins:
            self._standins[name] = standins.make(name, refused, self._check_name)
        return self._standins[name]

    def _guarded_getattr(self, thing: Any, name: Any, *default: Any) -> Any:
        if not self.is_answers(thing):
            self._check_name(name)
        if isinstance(thing, ModuleType) and isinstance(name, str):
            whose, plain = ModuleType.__getattribute__(thing, "__name__"), str.__str__(name)
            refused = refused_function(whose, plain) and not is_noted_function(whose, plain)
            if refused or is_refused_module(plain):
                self._audit.hinder(f"uses {whose}.{plain}", self._audit.line(self._frame()))
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
            self._audit.hinder(f"opens {thing[0].__name__}", self._audit.line(self._frame()))
        self.check_opened(thing[0])
        return vars(*thing)

    def is_answers(self, thing: Any) -> bool:
        """Whether this is a function, coroutine or class of the answer, or an instance of one."""
        for name in ("__code__", "cr_code", "gi_code", "ag_code"):
            kind = type(thing)
            if kind in _WITH_CODE and hasattr(kind, name):
                return bool(getattr(thing, name).co_filename == self._audit.shown)
        kind = thing if isinstance(thing, type) else type(thing)
        module = sys.modules.get(str(type.__getattribute__(kind, "__module__")))
        own = vars(module).get("__file__") if module is not None else None
        return own is not None and own == self._file

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
            self._audit.hinder(f"opens {name}", self._audit.line(self._frame()))

    def loading(self, file: str) -> None:
        """The answer's module is about to run from this file."""
        self._file = file

    def _check_name(self, name: Any) -> None:
        if isinstance(name, str) and (plain := str.__str__(name)) in ATTRIBUTES:
            self._audit.hinder(f"uses {plain}", self._audit.line(self._frame()))

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
            self._audit.hinder(f"assigns to {whose}.{name}", self._audit.line(self._frame()))

    def _frame(self) -> FrameType:
        """The nearest frame outside this file."""
        ident = get_ident()
        self._audit.inside.add(ident)
        try:
            frame = sys._getframe(2)
            while frame.f_code.co_filename == __file__ and frame.f_back is not None:
                frame = frame.f_back
            return frame
        finally:
            self._audit.inside.discard(ident)


def _hidden(function: Callable[..., Any]) -> Any:
    """The function as a thing that does not say whose it is: a bound method has its object."""

    class Builtin:
        __slots__ = ()

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

    return Builtin()
