"""An answer's code as a module of its own: what the audit wants of its syntax and its builtins."""

import ast
import linecache
import sys
from pathlib import Path
from types import CodeType, ModuleType

from grader.security import audit

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


def parsed(data: bytes, shown: str) -> ast.Module:
    """The answer's syntax tree, ready to be compiled. Raises SyntaxError, ValueError."""
    tree: ast.Module = _Dicts().visit(ast.parse(data, shown))
    return tree


def compiled(data: bytes, shown: str) -> CodeType:
    """Its code, under the path that messages show. Raises SyntaxError, ValueError."""
    source = parsed(data, shown) if b"__dict__" in data else data
    return compile(source, shown, "exec", dont_inherit=True)


def fresh(name: str, data: bytes, shown: str, staged: Path) -> ModuleType:
    """An empty module of that name, under which others find it, for the answer's code to run in."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    # With None as its mtime, linecache.checkcache never looks for the file on disk.
    linecache.cache[shown] = (len(text), None, text.splitlines(keepends=True), shown)
    module = ModuleType(name)
    module.__file__ = str(staged)
    setattr(module, DICT, audit.dict_of)
    sys.modules[name] = module
    audit.prepare(module)
    return module
