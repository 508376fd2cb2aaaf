"""Loads a learner's file as a fresh module that bears the learner's own path."""

import ast
import difflib
import linecache
import sys
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from grader.model.evidence import NameCheck
from grader.security import audit
from grader.suite.checks import CheckFailed
from grader.trace.calls import NAME, Calls, instrument

DICT = "__awaitlings_dict__"
"""The name, in the answer's module, of the function that reads `__dict__`."""


class _Dicts(ast.NodeTransformer):
    """Makes each read of `x.__dict__` a call of audit.dict_of: Python has no audit event for it."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr != "__dict__" or not isinstance(node.ctx, ast.Load):
            return node
        call = ast.Call(ast.Name(DICT, ast.Load()), [node.value], [])
        return ast.fix_missing_locations(ast.copy_location(call, node))


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
        if b"__dict__" not in self.data:
            return compile(self.data, self.shown, "exec", dont_inherit=True)
        tree = _Dicts().visit(ast.parse(self.data, self.shown))
        return compile(tree, self.shown, "exec", dont_inherit=True)

    def compile_traced(self) -> CodeType:
        """Compile it so that its coroutines call what `load` is given as `calls`."""
        tree = _Dicts().visit(ast.parse(self.data, self.shown))
        return compile(instrument(tree), self.shown, "exec", dont_inherit=True)

    def load(self, code: CodeType, calls: Calls | None = None) -> ModuleType:
        """Run the code as a new module. Raises whatever the file raises."""
        text = self.data.decode("utf-8", "replace")
        # With None as its mtime, linecache.checkcache never looks for the file on disk.
        lines = text.splitlines(keepends=True)
        linecache.cache[self.shown] = (len(text), None, lines, self.shown)
        module = ModuleType(self.name)
        module.__file__ = str(self.staged)
        setattr(module, DICT, audit.dict_of)
        if calls is not None:
            setattr(module, NAME, calls)
        sys.modules[self.name] = module
        audit.prepare(module)
        exec(code, module.__dict__)
        return module


def stage(data: bytes, shown: str, name: str, folder: Path) -> Source:
    """Write the answer's file into an empty folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    staged = folder / name
    staged.write_bytes(data)
    return Source(data, shown, staged)


class Answer:
    """The answer's module as a suite sees it; a name that is not there is a finding."""

    def __init__(self, module: ModuleType, shown: str) -> None:
        self._module = module
        self._shown = shown

    def __getattr__(self, name: str) -> Any:
        try:
            return getattr(self._module, name)
        except AttributeError:
            pass
        known = [known for known in vars(self._module) if not known.startswith("__")]
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        raise CheckFailed(
            NameCheck(
                expected=f"the name {name} in {Path(self._shown).name}",
                actual=f"the name {close[0]}" if close else "no such name",
                name=name,
                close=close[0] if close else None,
            )
        )

    def replace(self, name: str, value: object) -> None:
        """Put `value` in place of a function, also where the module kept another reference."""
        original = getattr(self, name)
        for key, known in list(vars(self._module).items()):
            if known is original:
                setattr(self._module, key, value)
