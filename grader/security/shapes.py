"""Shapes of source that the gate asks about: pure functions of ast nodes."""

import ast
from collections.abc import Iterator

from grader.security.refusals import ASSIGNABLE, NOTED_CHANGES, RAW_SETTERS, RELIED_ON, REPORTS

SELF = ("self", "cls")


def bindings(tree: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
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


def reported(call: ast.Call) -> set[int]:
    """Ids of the arguments of a call that reports an exception."""
    function = call.func
    name = getattr(function, "attr", getattr(function, "id", ""))
    found = [keyword.value for keyword in call.keywords if keyword.arg == "exc_info"]
    tuples = [element for value in found if isinstance(value, ast.Tuple) for element in value.elts]
    return {id(node) for node in (*tuples, *(call.args if name in REPORTS else ()))}


def is_free(whole: str) -> bool:
    """Whether an answer may assign to this attribute of an imported module."""
    return whole in ASSIGNABLE or whole.startswith("logging.")


def is_unimportant(whole: str) -> bool:
    """Whether no verdict relies on this attribute of an imported module."""
    return whole.partition(".")[0] not in RELIED_ON or whole in NOTED_CHANGES


def is_main_guard(test: ast.expr) -> bool:
    """Whether this is `__name__ == "__main__"`."""
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = [test.left, *test.comparators]
    name = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    main = any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
    return name and main and len(sides) == 2


def is_of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in SELF


def is_of_all_classes(node: ast.Attribute) -> bool:
    """Whether this is `__subclasses__` of anything but a class that has a name in the file."""
    named = isinstance(node.value, ast.Name) and node.value.id not in ("object", "type")
    return node.attr == "__subclasses__" and not named


def asked(node: ast.AST) -> set[int]:
    """Ids of what is asked here for the file's own module, or whether a name is in it."""
    if isinstance(node, ast.Subscript) and is_own_name(node.slice):
        return {id(node.value)}
    if isinstance(node, ast.Compare) and all(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
        return set(map(id, node.comparators))
    function = node.func if isinstance(node, ast.Call) else None
    is_get = isinstance(function, ast.Attribute) and function.attr == "get"
    if is_get and isinstance(node, ast.Call) and node.args and is_own_name(node.args[0]):
        assert isinstance(function, ast.Attribute)
        return {id(function.value)}
    return set()


def is_own_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__name__"


def is_loop(node: ast.expr) -> bool:
    """Whether this is `loop`, or a call of a function such as `asyncio.get_running_loop`."""
    if isinstance(node, ast.Call):
        node = node.func
    name = getattr(node, "attr", getattr(node, "id", ""))
    return bool(name.endswith("loop"))


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def folded(node: ast.expr) -> str | None:
    """The value of a literal text or a sum of such, else None."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = folded(node.left), folded(node.right)
        return None if left is None or right is None else left + right
    return None


def is_own_base(node: ast.expr) -> bool:
    """Whether this is `super()`, whose setters belong to a class of the answer."""
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )


def sets_own(node: ast.Call) -> bool:
    """Whether this is `object.__setattr__(self, ...)`, as frozen classes do to themselves."""
    function = node.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr in RAW_SETTERS
        and isinstance(function.value, ast.Name)
        and function.value.id == "object"
        and bool(node.args)
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id in SELF
    )


def defined_in(node: ast.ClassDef) -> Iterator[str]:
    """The names that this class gives a value in its body."""
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement.name
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))
