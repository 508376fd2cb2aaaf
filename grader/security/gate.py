"""The gate: what no answer needs, found in its source before anything of it runs.

It refuses nothing. What it finds is a note, with its line, for whoever reads the report: where no
judge stands outside, that is what tells of a trick. It reads, it never runs.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from grader.security import names
from grader.security.names import ATTRIBUTES, CALLS, CHANGES, HANDED_OUT, INSIDES

MAX_OFFENCES = 20
TEXT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, order=True)
class Offence:
    """One thing that no answer needs: `what` it does at `line`, and `why` it needs it not."""

    line: int
    what: str
    why: str

    @property
    def flag(self) -> str:
        return f"line {self.line} {self.what}, which {self.why}"


def offences(data: bytes) -> list[Offence]:
    """What the answer's source has that no answer needs, by line; none if it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
        return sorted(set(_Gate(tree).offences()))[:MAX_OFFENCES]
    except (SyntaxError, ValueError, MemoryError):
        return []  # the child says what is wrong with it
    except RecursionError:
        return [Offence(1, "is nested too deeply", names.UNREAD)]


class _Gate:
    """One answer's tree."""

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = list(ast.walk(tree))
        self.own = set(filter(None, map(_defined, self.nodes)))
        """Names that the file defines or gives a value."""
        classes = [node for node in self.nodes if isinstance(node, ast.ClassDef)]
        stored = [node for node in self.nodes if isinstance(node, ast.Attribute)]
        self.fields = set(
            map(_defined, [*stored, *(line for each in classes for line in each.body)])
        )
        """Those that its objects have."""
        self.imported: dict[str, str] = {}
        """Each imported name that is nothing else in the file, and what it stands for."""
        for node in self.nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                for alias in node.names:
                    whole = f"{_module(node)}{alias.name}"
                    name = alias.asname or alias.name.partition(".")[0]
                    self.imported[name] = whole if alias.asname or _module(node) else name
        self.imported = {n: w for n, w in self.imported.items() if n not in self.own}

    def offences(self) -> Iterator[Offence]:
        idle = set()
        """Ids of what stands below `if __name__ == "__main__":`, and is not run here."""
        for node in self.nodes:
            if isinstance(node, ast.If) and self.is_main_guard(node.test):
                idle |= {id(inner) for line in node.body for inner in ast.walk(line)}
        for node in self.nodes:
            if id(node) not in idle:
                for what, why in self.found(node):
                    if why is not None:
                        yield Offence(getattr(node, "lineno", 1), what, why)

    def is_main_guard(self, test: ast.expr) -> bool:
        """Whether this is `__name__ == "__main__"`, and it is Python that says so."""
        return ast.unparse(test) == "__name__ == '__main__'" and "__name__" not in self.own

    def origin(self, node: ast.expr) -> str | None:
        """`asyncio.tasks` for an expression that names it, None for what the answer made itself."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id)
        if isinstance(node, ast.Attribute) and (base := self.origin(node.value)) is not None:
            return f"{base}.{node.attr}"
        return None

    def found(self, node: ast.AST) -> Iterator[tuple[str, str | None]]:
        match node:
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    whole = f"{_module(node)}{alias.name}"
                    yield f"imports {whole}", names.why_module(whole)
                    yield f"imports {whole}", names.why_function(whole)
                    yield f"imports {whole}", ATTRIBUTES.get(alias.name)
            case ast.Name(id=name) if name not in self.own:
                yield f"uses {name}", CALLS.get(name) if name not in self.imported else None
                yield f"uses {name}", ATTRIBUTES.get(name) if name.startswith("__") else None
            case ast.Attribute():
                yield from self.of_attribute(node)
            case ast.Constant(value=str() as text) if not any(map(str.isspace, text)):
                for name in TEXT.findall(text):
                    yield f"has the name {name} in a text", ATTRIBUTES.get(name)
            case ast.MatchClass(kwd_attrs=asked):
                for name in asked:
                    yield f"matches {name}", ATTRIBUTES.get(name)
            case ast.Call(func=ast.Name(id="setattr" | "delattr" | "vars" as name), args=[of, *_]):
                if (module := self.origin(of)) and not _is_free(f"{module}."):
                    yield f"uses {name} on {module}", CHANGES if name not in self.own else None
            case ast.Call(func=called, args=[of, *_]):
                function = self.origin(called)
                if function in names.GETTERS and not isinstance(of, ast.Constant):
                    yield f"uses {function} with a name made up here", INSIDES
            case ast.ClassDef(bases=bases, body=body):
                lies = names.LIES
                if any(isinstance(base, ast.Name) and base.id in names.PLAIN for base in bases):
                    lies |= names.EQUALITY
                for name in sorted(lies & {_defined(line) for line in body}):
                    yield f"defines {name}", CHANGES

    def of_attribute(self, node: ast.Attribute) -> Iterator[tuple[str, str | None]]:
        name, whole = node.attr, self.origin(node)
        of_self = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
        yield f"uses {name}", ATTRIBUTES.get(name) if not of_self else None
        yield f"uses {name}", HANDED_OUT.get(name) if name not in self.fields else None
        if whole is not None:
            yield f"uses {whole}", names.why_function(whole)
            yield f"uses {whole}", names.why_module(name)
            yield f"opens {whole}", CHANGES if name == "__dict__" else None
            if isinstance(node.ctx, ast.Store | ast.Del) and not _is_free(whole):
                yield f"assigns to {whole}", CHANGES


def _module(node: ast.Import | ast.ImportFrom) -> str:
    return f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module else ""


def _defined(node: ast.AST) -> str | None:
    """The name that this gives a meaning of the answer's own."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            return name
        case ast.Attribute(attr=name, ctx=ast.Store()):
            return name
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return None


def _is_free(whole: str) -> bool:
    """Whether an answer may assign to this attribute of an imported module."""
    return whole in names.FREE or whole.startswith("logging.")
