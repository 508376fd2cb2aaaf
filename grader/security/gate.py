"""The gate: what no answer needs, found in its source before anything of it runs.

It refuses nothing. What it finds is a note, with its line, for whoever reads the report: where no
judge stands outside, that is what tells of a trick. It reads, it never runs.
"""

import ast
import re
import warnings
from collections.abc import Iterator

FRAMES = "looks at the frames of the code that judges the answer"
INSIDES = "opens up functions that are not the answer's own"
CLOCK = "reaches into the clock"
CHANGES = "changes what other code relies on"
UNREAD = "runs code that cannot be read beforehand"
PROCESS = "reaches all of the process"

MODULES = {
    **dict.fromkeys(
        "_ctypes _testcapi _testinternalcapi cffi ctypes".split(),
        "reaches into the interpreter's memory",
    ),
    **dict.fromkeys(
        "_frozen_importlib _frozen_importlib_external _imp _interpreters _xxsubinterpreters code "
        "codeop imp importlib marshal pkgutil pydoc runpy zipimport".split(),
        UNREAD,
    ),
    **dict.fromkeys(
        "_pytest grader mock pluggy pytest pytest_asyncio pytest_timeout respx unittest".split(),
        "belongs to tests",
    ),
    **dict.fromkeys(
        "_posixsubprocess _sqlite3 nt posix".split(), "goes past what the grader listens to"
    ),
    **dict.fromkeys("bdb builtins gc linecache".split(), PROCESS),
}
HANDED_ON = {name: why for name, why in MODULES.items() if name not in ("code", "imp", "mock")}
"""What is no common name elsewhere: noted as an attribute of other modules, too."""
ALLOWED_MODULES = ("importlib.metadata", "importlib.resources")
FUNCTIONS = {
    **dict.fromkeys(
        "inspect.getframeinfo inspect.getinnerframes inspect.getmembers_static "
        "inspect.getouterframes inspect.stack inspect.trace".split(),
        FRAMES,
    ),
    **dict.fromkeys(
        "sys.call_tracing sys.meta_path sys.modules sys.monitoring sys.path_hooks "
        "sys.path_importer_cache sys.setprofile sys.settrace threading.setprofile "
        "threading.settrace".split(),
        PROCESS,
    ),
    **dict.fromkeys(
        "asyncio.Future.set_exception asyncio.Future.set_result".split(),
        "ends the task of another",
    ),
    "importlib.metadata.EntryPoint": UNREAD,
    "string.Formatter": INSIDES,
    "types.CodeType": UNREAD,
}
"""Functions of modules that are free otherwise; what the audit hears of needs no line here."""
ATTRIBUTES = {
    **dict.fromkeys(
        "_current_exceptions _current_frames _fut_waiter _getframe _getframemodulename ag_await "
        "ag_frame cr_await cr_frame currentframe f_back f_builtins f_code f_globals f_locals "
        "f_trace get_stack gi_frame gi_yieldfrom print_stack tb_frame tb_next walk_stack "
        "walk_tb".split(),
        FRAMES,
    ),
    **dict.fromkeys(
        "__awaitlings_call__ __bases__ __builtins__ __closure__ __code__ __defaults__ __globals__ "
        "__kwdefaults__ __loader__ __mro__ __self__ __subclasses__ _awaitlings_record "
        "_awaitlings_trace ag_code cell_contents co_code co_consts cr_code gi_code "
        "set_trace_callback".split(),
        INSIDES,
    ),
    **dict.fromkeys("_run_once _scheduled _virtual_clock now_ns now_ns_of".split(), CLOCK),
    **dict.fromkeys(
        "BaseConfigurator DictConfigurator ImportString import_from_string resolve_name".split(),
        UNREAD,
    ),
}
"""Attributes that are noted wherever they stand, but on the answer's `self`."""
HANDED_OUT = {
    "clock": CLOCK,
    **dict.fromkeys(
        "__getattribute__ __getstate__ __match_args__ __reduce__ __reduce_ex__ "
        "get_task_factory".split(),
        INSIDES,
    ),
    **dict.fromkeys(("dispatch", "identity_map"), CHANGES),
}
"""Attributes that are noted unless the file defines them."""
CALLS = dict.fromkeys("__import__ compile eval exec".split(), UNREAD)
GETTERS = frozenset({"operator.attrgetter", "operator.methodcaller"})
LIES = frozenset({"__instancecheck__", "__match_args__", "identity_map"})
"""What a class of the answer may say of itself in its base's place, and is asked by suites."""
PLAIN = frozenset("bool bytes dict float int list str tuple".split())
EQUALITY = frozenset({"__class__", "__eq__", "__ne__"})
FREE = frozenset(
    "sys.excepthook sys.ps1 sys.stderr sys.stdin sys.stdout sys.tracebacklimit sys.unraisablehook "
    "threading.excepthook warnings.formatwarning warnings.showwarning".split()
)
"""Hooks that Python offers for assignment; `logging`'s own settings are free as well."""
MAX_NOTES = 20


def notes(data: bytes) -> list[str]:
    """What the answer's source has that no answer needs, by line; none if it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
        found = sorted(set(_Gate(tree).notes()))[:MAX_NOTES]
    except (SyntaxError, ValueError, MemoryError):
        return []  # the child says what is wrong with it
    except RecursionError:
        found = [(1, f"is nested too deeply, which {UNREAD}")]
    return [f"line {line} {what}" for line, what in found]


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

    def notes(self) -> Iterator[tuple[int, str]]:
        idle = set()
        """Ids of what stands below `if __name__ == "__main__":`, and is not run here."""
        for node in self.nodes:
            if isinstance(node, ast.If) and self.is_main_guard(node.test):
                idle |= {id(inner) for line in node.body for inner in ast.walk(line)}
        for node in self.nodes:
            if id(node) not in idle:
                for what, why in self.found(node):
                    if why is not None:
                        yield getattr(node, "lineno", 1), f"{what}, which {why}"

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
                    yield f"imports {whole}", _why_module(whole) or _why_function(whole)
                    yield f"imports {whole}", {**ATTRIBUTES, **HANDED_ON}.get(alias.name)
            case ast.Name(id=name) if name not in self.own:
                yield f"uses {name}", CALLS.get(name) if name not in self.imported else None
                yield f"uses {name}", ATTRIBUTES.get(name) if name.startswith("__") else None
            case ast.Attribute():
                yield from self.of_attribute(node)
            case ast.Constant(value=str() as text) if not any(map(str.isspace, text)):
                for name in re.findall(r"[A-Za-z_]\w*", text):
                    yield f"has the name {name} in a text", ATTRIBUTES.get(name)
            case ast.MatchClass(kwd_attrs=asked):
                for name in asked:
                    yield f"matches {name}", ATTRIBUTES.get(name)
            case ast.Call(func=ast.Name(id="setattr" | "delattr" | "vars" as name), args=[of, *_]):
                if (module := self.origin(of)) and not _is_free(f"{module}."):
                    yield f"uses {name} on {module}", CHANGES if name not in self.own else None
            case ast.Call(func=called, args=[of, *_]):
                function = self.origin(called)
                if function in GETTERS and not isinstance(of, ast.Constant):
                    yield f"uses {function} with a name made up here", INSIDES
            case ast.ClassDef(bases=bases, body=body):
                lies = LIES
                if any(isinstance(base, ast.Name) and base.id in PLAIN for base in bases):
                    lies |= EQUALITY
                for name in sorted(lies & {_defined(line) for line in body}):
                    yield f"defines {name}", CHANGES

    def of_attribute(self, node: ast.Attribute) -> Iterator[tuple[str, str | None]]:
        name, whole = node.attr, self.origin(node)
        of_self = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
        yield f"uses {name}", ATTRIBUTES.get(name) if not of_self else None
        yield f"uses {name}", HANDED_OUT.get(name) if name not in self.fields else None
        if whole is not None:
            yield f"uses {whole}", _why_function(whole)
            yield f"uses {whole}", HANDED_ON.get(name)
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
    return whole in FREE or whole.startswith("logging.")


def _why_module(name: str) -> str | None:
    """Why an answer needs no such module, or None."""
    if name.startswith(ALLOWED_MODULES):
        return None
    return MODULES.get(name.partition(".")[0])


def _why_function(whole: str) -> str | None:
    """Why an answer needs no such function of a module, or None."""
    return FUNCTIONS.get(whole) or FUNCTIONS.get(".".join(whole.split(".")[-2:]))
