"""The gate: what no answer needs, found in its source before anything of it runs.

An answer is some twenty lines of FastAPI. It has no use for the frames of its callers, for
other people's attributes, or for the tools that judge it. The gate reads, it never runs; what
it cannot see (a name put together while running) audit.py catches.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from grader.security.refusals import (
    ASSIGNABLE,
    ATTRIBUTES,
    CALLS,
    CHANGES,
    CLOCK,
    DISTINCTIVE,
    FRAMES,
    INSIDES,
    MODULES,
    RAW_SETTERS,
    REPORTS,
    is_refused_module,
    refused_function,
)

HANDED_ON = MODULES.keys() - {"code", "imp", "mock"}
"""Refused as attributes of other modules too; `code` and the like are common names there."""
MAX_OFFENCES = 20

_NAMES = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, order=True)
class Offence:
    """One thing that no answer needs: `what` it does at `line`, and `why` that is refused."""

    line: int
    what: str
    why: str

    @property
    def flag(self) -> str:
        return f"line {self.line} {self.what}"

    @property
    def sentence(self) -> str:
        return f"line {self.line} {self.what}, which {self.why}: no answer needs that."


def offences(data: bytes) -> list[Offence]:
    """What the answer's source has that no answer needs, by line; none if it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
        gate = _Gate(tree)
        gate.visit(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # the child says what is wrong with it
    return sorted(set(gate.found))[:MAX_OFFENCES]


class _Gate(ast.NodeVisitor):
    """Walks one answer's tree and notes what it finds."""

    def __init__(self, tree: ast.Module) -> None:
        self.found: list[Offence] = []
        self.imported: dict[str, str] = {}
        """Each imported name, and the module or function that it stands for."""
        self.shadowed: list[set[str]] = []
        self.own: set[str] = set()
        self.reported: set[int] = set()
        """Ids of nodes `x.__traceback__` that are arguments of calls which print or keep them."""
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.own.add(node.name)
            elif isinstance(node, ast.Call):
                self.reported |= _reported(node)
            if isinstance(node, ast.Import):
                for alias in node.names:
                    whole = alias.name if alias.asname else alias.name.partition(".")[0]
                    self.imported[alias.asname or whole] = whole
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    name = f"{node.module or ''}.{alias.name}"
                    self.imported[alias.asname or alias.name] = name
        for name, value in _bindings(tree):
            # `a = asyncio` is asyncio under another name.
            if value is not None and (known := self.origin(value)) is not None:
                self.imported.setdefault(name, known)

    def note(self, node: ast.AST, what: str, why: str) -> None:
        self.found.append(Offence(getattr(node, "lineno", 1), what, why))

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
                self.note(node, f"imports {whole}", ATTRIBUTES[alias.name])

    def check_module(self, node: ast.AST, name: str) -> None:
        if (why := is_refused_module(name)) is not None:
            self.note(node, f"imports {name}", why)

    def check_function(self, node: ast.AST, whole: str, verb: str) -> bool:
        """Note a refused function; `os.sys.modules` is one as well, for it is `sys.modules`."""
        parts = whole.split(".")
        module, name = ".".join(parts[:-1]), parts[-1]
        why = refused_function(module, name) or refused_function(".".join(parts[-2:-1]), name)
        if why is not None:
            self.note(node, f"{verb} {whole}", why)
        return why is not None

    # -- names and attributes ------------------------------------------------

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in CALLS and node.id not in self.own:
            self.note(node, f"uses {node.id}", CALLS[node.id])
        elif node.id in ATTRIBUTES:
            self.note(node, f"uses {node.id}", ATTRIBUTES[node.id])

    def visit_Attribute(self, node: ast.Attribute) -> None:
        whole = self.origin(node)
        if node.attr in ATTRIBUTES:
            self.note(node, f"uses {node.attr}", ATTRIBUTES[node.attr])
        elif node.attr == "__traceback__" and id(node) not in self.reported:
            self.note(node, "uses __traceback__", FRAMES)
        elif whole is None:
            self.check_alone(node)
        elif not self.check_function(node, whole, "uses"):
            if is_refused_module(whole) is not None:
                self.check_module(node, whole)
            elif node.attr in HANDED_ON:
                self.note(node, f"uses {whole}", MODULES[node.attr])
            else:
                self.check_alone(node)
            if isinstance(node.ctx, ast.Store | ast.Del) and not _is_free(whole):
                self.note(node, f"assigns to {whole}", CHANGES)
            elif node.attr == "__dict__":
                self.note(node, f"opens {whole}", CHANGES)
        if node.attr == "clock" and _is_loop(node.value):
            self.note(node, "uses loop.clock", CLOCK)
        if node.attr in RAW_SETTERS and not _is_own_base(node.value):
            self.note(node, f"uses {node.attr}", CHANGES)
        self.generic_visit(node)

    def check_alone(self, node: ast.Attribute) -> None:
        """Note a name that is refused as an attribute of anything but the answer's `self`."""
        own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
        why = DISTINCTIVE.get(node.attr)
        if why is not None and not own:
            self.note(node, f"uses {node.attr}", why)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.check_text(node, node.value)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        text = _folded(node)
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
                self.note(node, f"has the name {name} in a text", ATTRIBUTES.get(name, CHANGES))

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        for name in node.kwd_attrs:
            if name in ATTRIBUTES:
                self.note(node, f"matches {name}", ATTRIBUTES[name])
        self.generic_visit(node)

    # -- calls ---------------------------------------------------------------

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name in ("setattr", "delattr", "vars") and name not in self.own and node.args:
            whole = self.origin(node.args[0])
            if whole is not None and not _is_free(f"{whole}."):
                self.note(node, f"uses {name} on {whole}", CHANGES)
        if self.origin(node.func) in ("operator.attrgetter", "operator.methodcaller"):
            if not all(_is_text(argument) for argument in node.args[:1]):
                self.note(node, f"uses {name or 'attrgetter'} with a name made up here", INSIDES)
        elif isinstance(node.func, ast.Attribute) and _sets_own(node):
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                self.visit(argument)
            return
        self.generic_visit(node)

    # -- scopes --------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        every = node.args
        parameters = [*every.posonlyargs, *every.args, *every.kwonlyargs]
        names = {argument.arg for argument in parameters}
        names |= {rest.arg for rest in (every.vararg, every.kwarg) if rest is not None}
        for name, value in _bindings(node):
            if value is None or self.origin(value) is None:
                names.add(name)
        self.shadowed.append(names)
        self.generic_visit(node)
        self.shadowed.pop()

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - ast's name


def _bindings(tree: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Every name that is assigned, defined or a parameter, with its value where it is plain."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                yield target.id, node.value
                continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node is not tree:
                yield node.name, None
        elif isinstance(node, ast.arg):
            yield node.arg, None
        elif isinstance(node, ast.NamedExpr):
            yield node.target.id, node.value
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            for name in ast.walk(node.target):
                if isinstance(name, ast.Name):
                    yield name.id, None
        elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
            yield node.optional_vars.id, None


def _reported(call: ast.Call) -> set[int]:
    """Ids of the arguments of a call that reports an exception."""
    function = call.func
    name = getattr(function, "attr", getattr(function, "id", ""))
    found = [keyword.value for keyword in call.keywords if keyword.arg == "exc_info"]
    tuples = [element for value in found if isinstance(value, ast.Tuple) for element in value.elts]
    return {id(node) for node in (*tuples, *(call.args if name in REPORTS else ()))}


def _is_free(whole: str) -> bool:
    """Whether an answer may assign to this attribute of an imported module."""
    return whole in ASSIGNABLE or whole.startswith("logging.")


def _is_loop(node: ast.expr) -> bool:
    """Whether this is `loop`, or a call of a function such as `asyncio.get_running_loop`."""
    if isinstance(node, ast.Call):
        node = node.func
    name = getattr(node, "attr", getattr(node, "id", ""))
    return bool(name.endswith("loop"))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _folded(node: ast.expr) -> str | None:
    """The value of a literal text or a sum of such, else None."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _folded(node.left), _folded(node.right)
        return None if left is None or right is None else left + right
    return None


def _is_own_base(node: ast.expr) -> bool:
    """Whether this is `super()`, whose setters belong to a class of the answer."""
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )


def _sets_own(node: ast.Call) -> bool:
    """Whether this is `object.__setattr__(self, ...)`, as frozen classes do to themselves."""
    function = node.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr in RAW_SETTERS
        and isinstance(function.value, ast.Name)
        and function.value.id == "object"
        and bool(node.args)
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id in ("self", "cls")
    )
