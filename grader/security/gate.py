"""The gate: what no answer needs, found in its source before anything of it runs.

An answer is some twenty lines of FastAPI. It has no use for the frames of its callers, for
other people's attributes, or for the modules that judge it: it is refused. What may well be its
own business, such as tests of its own or a traceback that it logs, is noted for a teacher, and it
is graded. The gate reads, it never runs; what it cannot see (a name put together while running)
audit.py catches.
"""

import ast
import re
import sys
import warnings
from dataclasses import dataclass

from grader.security import shapes
from grader.security.refusals import (
    ATTRIBUTES,
    CALLS,
    CHANGES,
    CLOCK,
    DISTINCTIVE,
    FRAMES,
    INSIDES,
    MODULES,
    NOTED_ATTRIBUTES,
    OWN_NAMES,
    RAW_SETTERS,
    SUSPICIOUS_ATTRIBUTES,
    SUSPICIOUS_CALLS,
    is_noted_function,
    is_noted_module,
    is_refused_module,
    refused_function,
)

HANDED_ON = MODULES.keys() - {"code", "imp", "mock"}
"""Refused as attributes of other modules too; `code` and the like are common names there."""
_EQUALITY = frozenset({"__class__", "__eq__", "__ne__"})
LIARS = {
    **dict.fromkeys(("bool", "bytes", "dict", "float", "int", "list", "str", "tuple"), _EQUALITY),
    "httpx": frozenset({"_state", "is_closed"}),
    "inspect.Parameter": frozenset({"kind", "name"}),
    "inspect.Signature": frozenset({"bind", "bind_partial"}),
    "sqlite3.Connection": frozenset({"set_trace_callback"}),
}
"""What a class of the answer may say of itself in its base's place."""
ALWAYS_LIARS = frozenset({"__instancecheck__", "__match_args__", "identity_map"})
MAX_OFFENCES = 20
DEEPEST = 20_000
"""Calls within calls while a tree is walked: a sum of some thousand texts takes as many."""

_NAMES = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, order=True)
class Offence:
    """One thing that no answer needs: `what` it does at `line`, and `why` that is refused."""

    line: int
    what: str
    why: str
    is_noted: bool = False
    """It may well be the answer's own business: a teacher sees it, and the answer is graded."""

    @property
    def flag(self) -> str:
        return f"line {self.line} {self.what}"

    @property
    def warning(self) -> str:
        """The flag for its author, whose answer is graded all the same."""
        return f"{self.flag}, which {self.why}: refused where others grade it"

    @property
    def sentence(self) -> str:
        return f"line {self.line} {self.what}, which {self.why}: no answer needs that."


def offences(data: bytes) -> list[Offence]:
    """What the answer's source has that no answer needs, by line; none if it is no Python."""
    before, tree = sys.getrecursionlimit(), None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
        gate = _Gate(tree)
        sys.setrecursionlimit(max(before, DEEPEST))
        gate.visit(tree)
    except (SyntaxError, ValueError):
        return []  # the child says what is wrong with it
    except (RecursionError, MemoryError):
        return [] if tree is None else [Offence(1, "is nested too deeply to be read", INSIDES)]
    finally:
        sys.setrecursionlimit(before)
    return sorted(set(gate.found), key=lambda each: (each.is_noted, each))[:MAX_OFFENCES]


class _Gate(ast.NodeVisitor):
    """Walks one answer's tree and notes what it finds."""

    def __init__(self, tree: ast.Module) -> None:
        self.found: list[Offence] = []
        self.imported: dict[str, str] = {}
        """Each imported name, and the module or function that it stands for."""
        self.shadowed: list[set[str]] = []
        self.own: set[str] = set()
        """Functions and classes that the file defines."""
        self.stored: set[str] = set()
        """Variables and attributes that it gives a value."""
        self.loops: set[str] = set()
        """Variables that hold an event loop."""
        self.guarded = 0
        """Above 0 under `if __name__ == "__main__":`, where nothing runs while it is graded."""
        self.reported: set[int] = set()
        """Ids of nodes `x.__traceback__` that are arguments of calls which print or keep them."""
        self.asked: set[int] = set()
        """Ids of nodes `sys.modules` of which only the file's own module, or a name, is asked."""
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.own.add(node.name)
            elif isinstance(node, ast.Call):
                self.reported |= shapes.reported(node)
            elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
                self.stored.add(node.id if isinstance(node, ast.Name) else node.attr)
            self.asked |= shapes.asked(node)
            if isinstance(node, ast.Import):
                for alias in node.names:
                    whole = alias.name if alias.asname else alias.name.partition(".")[0]
                    self.imported[alias.asname or whole] = whole
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    name = f"{node.module or ''}.{alias.name}"
                    self.imported[alias.asname or alias.name] = name
        for name, value in shapes.bindings(tree):
            # `a = asyncio` is asyncio under another name.
            if isinstance(value, ast.Call) and shapes.is_loop(value):
                self.loops.add(name)
            if value is not None and (known := self.origin(value)) is not None:
                self.imported.setdefault(name, known)

    def note(self, node: ast.AST, what: str, why: str, *, noted: bool = False) -> None:
        line = getattr(node, "lineno", 1)
        self.found.append(Offence(line, what, why, noted or self.guarded > 0))

    def is_noted(self, name: str) -> bool:
        """Whether an attribute of this name may well be the answer's own business."""
        return name in NOTED_ATTRIBUTES or (name in OWN_NAMES and self.defines(name))

    def defines(self, name: str) -> bool:
        return name in self.own or name in self.stored

    def visit_If(self, node: ast.If) -> None:
        if not shapes.is_main_guard(node.test) or "__name__" in self.stored:
            self.generic_visit(node)
            return
        self.guarded += 1
        for statement in node.body:
            self.visit(statement)
        self.guarded -= 1
        for statement in node.orelse:
            self.visit(statement)

    def origin(self, node: ast.expr) -> str | None:
        """`asyncio.tasks` for an expression that names it, None for what the answer made itself."""
        if isinstance(node, ast.Name):
            if any(node.id in names for names in self.shadowed):
                return None
            return self.imported.get(node.id)
        if isinstance(node, ast.Attribute) and (base := self.origin(node.value)) is not None:
            return f"{base}.{node.attr}"
        return None

    # -- imports -------------------------------------------------------------

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.check_module(node, alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        for alias in node.names:
            whole = f"{module}.{alias.name}"
            if is_refused_module(module) is None or is_refused_module(whole) is not None:
                self.check_module(node, whole if module == "importlib" else module)
            self.check_function(node, whole, "imports")
            if alias.name in ATTRIBUTES:
                noted = alias.name in NOTED_ATTRIBUTES
                self.note(node, f"imports {whole}", ATTRIBUTES[alias.name], noted=noted)

    def check_module(self, node: ast.AST, name: str) -> None:
        if (why := is_refused_module(name)) is not None:
            self.note(node, f"imports {name}", why, noted=is_noted_module(name))

    def check_function(self, node: ast.AST, whole: str, verb: str) -> bool:
        """Note a refused function; `os.sys.modules` is one as well, for it is `sys.modules`."""
        parts = whole.split(".")
        module, name = ".".join(parts[:-1]), parts[-1]
        why = refused_function(module, name) or refused_function(".".join(parts[-2:-1]), name)
        if why is not None:
            noted = is_noted_function(parts[-2] if len(parts) > 1 else "", name)
            self.note(node, f"{verb} {whole}", why, noted=noted or id(node) in self.asked)
        return why is not None

    # -- names and attributes ------------------------------------------------

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in CALLS and node.id not in self.own:
            if self.imported.get(node.id, "builtins.").startswith("builtins."):
                noted = node.id in self.stored
                self.note(node, f"uses {node.id}", CALLS[node.id], noted=noted)
        elif node.id in ATTRIBUTES and node.id.startswith("__"):
            self.note(node, f"uses {node.id}", ATTRIBUTES[node.id])

    def visit_Attribute(self, node: ast.Attribute) -> None:
        whole = self.origin(node)
        if node.attr in ATTRIBUTES:
            noted = self.is_noted(node.attr) and not shapes.is_of_all_classes(node)
            if not (noted and node.attr in OWN_NAMES and shapes.is_of_self(node)):
                self.note(node, f"uses {node.attr}", ATTRIBUTES[node.attr], noted=noted)
        elif node.attr == "__traceback__" and id(node) not in self.reported:
            self.note(node, "uses __traceback__", FRAMES, noted=True)
        elif whole is None:
            self.check_alone(node)
        elif not self.check_function(node, whole, "uses"):
            if is_noted_module(whole):
                pass  # its import is noted, and it is a stand-in
            elif is_refused_module(whole) is not None:
                self.check_module(node, whole)
            elif node.attr in HANDED_ON:
                self.note(node, f"uses {whole}", MODULES[node.attr])
            else:
                self.check_alone(node)
            if isinstance(node.ctx, ast.Store | ast.Del) and not shapes.is_free(whole):
                self.note(node, f"assigns to {whole}", CHANGES, noted=shapes.is_unimportant(whole))
            elif node.attr == "__dict__":
                self.note(node, f"opens {whole}", CHANGES)
        held = isinstance(node.value, ast.Name) and node.value.id in self.loops
        if node.attr == "clock" and (held or shapes.is_loop(node.value)):
            self.note(node, "uses loop.clock", CLOCK, noted=self.defines("clock"))
        elif node.attr in SUSPICIOUS_ATTRIBUTES and not self.defines(node.attr):
            self.note(node, f"uses {node.attr}", SUSPICIOUS_ATTRIBUTES[node.attr], noted=True)
        if node.attr in RAW_SETTERS and not shapes.is_own_base(node.value):
            noted = node.attr != "__getattribute__"
            self.note(node, f"uses {node.attr}", CHANGES, noted=noted)
        self.generic_visit(node)

    def check_alone(self, node: ast.Attribute) -> None:
        """Note a name that is refused as an attribute of anything but the answer's `self`."""
        why = DISTINCTIVE.get(node.attr)
        if why is not None and not shapes.is_of_self(node):
            self.note(node, f"uses {node.attr}", why, noted=self.is_noted(node.attr))

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.check_text(node, node.value)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        text = shapes.folded(node)
        if text is None:
            self.generic_visit(node)
        else:
            self.check_text(node, text)

    def check_text(self, node: ast.AST, text: str) -> None:
        """Note a text that names a refused attribute, or a path or format with one in it."""
        if any(character.isspace() for character in text):
            return
        for name in _NAMES.findall(text):
            if name in ATTRIBUTES or (name in RAW_SETTERS and text == name):
                why = ATTRIBUTES.get(name, CHANGES)
                noted = name in NOTED_ATTRIBUTES or name in OWN_NAMES
                self.note(node, f"has the name {name} in a text", why, noted=noted)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        for name in node.kwd_attrs:
            if name in ATTRIBUTES:
                self.note(node, f"matches {name}", ATTRIBUTES[name], noted=self.is_noted(name))
        self.generic_visit(node)

    # -- calls ---------------------------------------------------------------

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name in ("setattr", "delattr", "vars") and name not in self.own and node.args:
            whole = self.origin(node.args[0])
            if whole is not None and not shapes.is_free(f"{whole}."):
                noted = name != "vars" and shapes.is_unimportant(whole)
                self.note(node, f"uses {name} on {whole}", CHANGES, noted=noted)
        whole = self.origin(node.func)
        if whole in SUSPICIOUS_CALLS:
            self.note(node, f"calls {whole}", SUSPICIOUS_CALLS[whole], noted=True)
        if whole in ("copy.copy", "copy.deepcopy") and "client" in "".join(
            map(ast.unparse, node.args[:1])
        ):
            self.note(node, f"uses {whole} on a client", CHANGES, noted=True)
        if self.origin(node.func) in ("operator.attrgetter", "operator.methodcaller"):
            if not all(shapes.is_text(argument) for argument in node.args[:1]):
                told = f"uses {name or 'attrgetter'} with a name made up here"
                self.note(node, told, INSIDES, noted=True)
        elif isinstance(node.func, ast.Attribute) and shapes.sets_own(node):
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                self.visit(argument)
            return
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Note a class that answers a check in its own words."""
        defined = set(shapes.defined_in(node))
        for base in node.bases:
            whole = self.origin(base) or ast.unparse(base)
            names = LIARS.get(whole, LIARS["httpx"] if whole.startswith("httpx.") else frozenset())
            for name in sorted(defined & names):
                self.note(node, f"defines {name} of {whole}", CHANGES, noted=True)
        for name in sorted(defined & ALWAYS_LIARS):
            self.note(node, f"defines {name}", CHANGES, noted=True)
        self.generic_visit(node)

    # -- scopes --------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        every = node.args
        parameters = [*every.posonlyargs, *every.args, *every.kwonlyargs]
        names = {argument.arg for argument in parameters}
        names |= {rest.arg for rest in (every.vararg, every.kwarg) if rest is not None}
        for name, value in shapes.bindings(node):
            if value is None or self.origin(value) is None:
                names.add(name)
        self.shadowed.append(names)
        self.generic_visit(node)
        self.shadowed.pop()

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - ast's name
