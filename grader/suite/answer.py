"""Loads a learner's file as a fresh module that bears the learner's own path."""

import ast
import contextlib
import difflib
import functools
import inspect
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from grader.model.evidence import NameCheck
from grader.security import audit
from grader.suite.checks import CheckFailed
from grader.trace import lines
from grader.trace.calls import NAME, Calls, instrument
from grader.trace.recorder import mark_coroutine_function

STAND_INS = "__awaitlings_stand_ins__"
"""Where the answer's module keeps what its replaced functions hand on to."""


@dataclass(frozen=True)
class Source:
    """One answer: its bytes, the path that messages show, and where it is staged."""

    data: bytes
    shown: str
    staged: Path

    @property
    def name(self) -> str:
        return self.staged.stem

    def compile(self) -> CodeType:
        """Compile the file under its shown path. Raises SyntaxError, ValueError."""
        return compile(self.data, self.shown, "exec", dont_inherit=True)

    def compile_traced(self) -> CodeType:
        """Compile it so that its coroutines call what `load` is given as `calls`."""
        tree = ast.parse(self.data, self.shown)
        return compile(instrument(tree), self.shown, "exec", dont_inherit=True)

    def load(self, code: CodeType, calls: Calls | None = None) -> ModuleType:
        """Run the code as a new module. Raises whatever the file raises."""
        module = audit.fresh(self.name, self.data, self.shown, self.staged)
        if calls is not None:
            setattr(module, NAME, calls)
        exec(code, module.__dict__)
        return module

    def clear(self) -> None:
        """Remove the files that an earlier test of the answer has left beside it."""
        for leftover in self.staged.parent.iterdir():
            if leftover != self.staged and leftover.is_file():
                with contextlib.suppress(PermissionError):  # Windows keeps a file that is open
                    leftover.unlink()


def stage(data: bytes, shown: str, name: str, folder: Path) -> Source:
    """Write the answer's file into an empty folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    staged = folder / name
    staged.write_bytes(data)
    return Source(data, shown, staged)


class Answer:
    """The answer's module as a suite sees it; a name that is not there is a finding.

    result = await answer.check_all(urls)
    answer.replace("send_email", my_send_email)  # for all who have the name or the function
    """

    def __init__(self, module: ModuleType, shown: str) -> None:
        self._module = module
        self._shown = shown
        self._originals: dict[str, Any] = {}
        self._codes: dict[str, CodeType] = {}

    def __getattr__(self, name: str) -> Any:
        try:
            return getattr(self._module, name)
        except AttributeError:
            pass
        known = [known for known in vars(self._module) if not known.startswith("__")]
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        inside, line = lines.assigned_inside(self._shown, name) or (None, None)
        raise CheckFailed(
            NameCheck(
                inside=inside,
                line=line,
                expected=f"the name {name} in {Path(self._shown).name}",
                actual=f"the name {close[0]}" if close else "no such name",
                name=name,
                close=close[0] if close else None,
            )
        )

    def original(self, name: str) -> Any:
        """The answer's own function of that name, also while another one stands in for it."""
        return self._originals[name] if name in self._originals else getattr(self, name)

    def replace(self, name: str, value: Any) -> None:
        """Put `value` in place of a function, for whoever has the module's name or the function.

        Some have taken the function itself at import: into a table, a partial, a default
        argument, `Depends(f)`. Its code object is exchanged for one that calls `value`, which
        it finds among the module's names.
        """
        original = self._originals.setdefault(name, getattr(self, name))
        if not isinstance(original, FunctionType) or original.__closure__:
            self._rename(getattr(self, name), value)
            return
        self._codes.setdefault(name, original.__code__)
        stand_ins = original.__globals__.setdefault(STAND_INS, {})
        stand_ins[name] = value
        original.__code__ = _handing_on(name, inspect.iscoroutinefunction(original))
        # Who has looked the name up before, as a worker that waits for its work, gets there too.
        self._rename(getattr(self, name), _latest(stand_ins, name, value))

    def put_back(self) -> None:
        """The answer's own functions stand again where others stood in for them."""
        for name, original in self._originals.items():
            self._rename(getattr(self, name), original)
            if name in self._codes:
                original.__code__ = self._codes[name]

    def _rename(self, known: object, value: object) -> None:
        for key, other in list(vars(self._module).items()):
            if other is known:
                setattr(self._module, key, value)


def _latest(stand_ins: dict[str, Any], name: str, value: Any) -> Any:
    @functools.wraps(value)
    def latest(*args: Any, **kwargs: Any) -> Any:
        return stand_ins[name](*args, **kwargs)

    return mark_coroutine_function(latest) if inspect.iscoroutinefunction(value) else latest


@functools.cache  # each test of a suite asks for the same few
def _handing_on(name: str, waits: bool) -> CodeType:
    """Code of a `def`, or of an `async def` if it `waits`, that calls what stands in for `name`."""
    scope: dict[str, Any] = {}
    define, wait = ("async def", "await ") if waits else ("def", "")
    call = f"{STAND_INS}[{name!r}](*args, **kwargs)"
    exec(f"{define} {name}(*args, **kwargs): return {wait}{call}", scope)
    code: CodeType = scope[name].__code__
    return code
