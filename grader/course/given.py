"""What of a stub is given, and what is left of the stub in an answer that passes.

The suites judge what an answer does. This reads its text, for quiet notes that cost no point.
"""

import ast
import re
from collections.abc import Iterator

from grader.course.exercises import Exercise

STUB_ERROR = "NotImplementedError"
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
FAKE = re.compile(r"""\bfake\(\s*["'](\w+)["']""")
"""Where a suite stands in for a given function."""


def learners_part(program: ast.Module, stub: ast.Module) -> list[ast.stmt]:
    """The statements of a program that the stub has not: what a learner writes."""
    known = {ast.dump(node) for node in stub.body}
    plain = (ast.Import, ast.ImportFrom, ast.Expr)
    return [n for n in program.body if not isinstance(n, plain) and ast.dump(n) not in known]


def given(exercise: Exercise) -> list[str]:
    """Functions that the stub gives and the suite stands in for, in the stub's order."""
    try:
        stub = ast.parse(exercise.original.read_text(encoding="utf-8"))
        stood_in = set(FAKE.findall(exercise.suite.read_text(encoding="utf-8")))
    except (OSError, SyntaxError, ValueError):
        return []
    functions = [node for node in stub.body if isinstance(node, _FUNCTION)]
    return [node.name for node in functions if node.name in stood_in and not _raises(node)]


def notes(exercise: Exercise, answer: str) -> Iterator[str]:
    """Sentences about a given function that was changed, and a stub's `raise` that was left.

    Source that Python cannot read has none.
    """
    try:
        given = ast.parse(exercise.original.read_text(encoding="utf-8"))
        stood_in = set(FAKE.findall(exercise.suite.read_text(encoding="utf-8")))
        written = ast.parse(answer)
    except (OSError, SyntaxError, ValueError):
        return
    theirs = {node.name: node for node in written.body if isinstance(node, _FUNCTION)}
    for node in given.body:
        if not isinstance(node, _FUNCTION) or node.name not in stood_in or _raises(node):
            continue
        own = theirs.get(node.name)
        if own is not None and _meaning(own) != _meaning(node):
            yield (
                f"Line {own.lineno}: {node.name} is given, and yours is another one. The grader "
                "has its own in its place, so what you changed there was not tried."
            )
    for line in _raises(written):
        yield (
            f"Line {line} still raises {STUB_ERROR}, as the stub did. Nothing came there, so it "
            "can go."
        )


def unreached(answer: str) -> int | None:
    """The line of a stub's `raise` that stands above code, which so never runs; None without."""
    try:
        tree = ast.parse(answer)
    except (SyntaxError, ValueError):
        return None
    left = set(_raises(tree))
    blocks = (value for node in ast.walk(tree) for _, value in ast.iter_fields(node))
    for block in blocks:
        for above in block[:-1] if isinstance(block, list) else []:
            if isinstance(above, ast.Raise) and above.lineno in left:
                return above.lineno
    return None


def _raises(tree: ast.AST) -> list[int]:
    """Lines that raise what a stub raises."""
    raised = (node for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc)
    return [
        node.lineno
        for node in raised
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and name.id == STUB_ERROR
    ]


def _meaning(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The function without its annotations and its docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    names = [each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)]
    return f"{type(node).__name__} {names} {[ast.dump(statement) for statement in body]}"
