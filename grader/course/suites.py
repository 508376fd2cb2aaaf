"""The tests of a suite, read from its source: the parent never imports one."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.course import circumstances
from grader.model.errors import GraderError

SETTINGS = Path(__file__).with_name("pytest.ini")
"""What pytest runs every suite with. A copy beside suites or stubs is for editors."""
EXCEPT_FOR = "pytest.mark.except_for"
INSIDE = "pytest.mark.inside"
PLAYED = {"answer", "client", "clock", "fake", "start", "tidy", "trace"}
PLAYED |= {"database", "logs", "pools", "upstream"}
"""The fixtures that the judge outside (grader/judge) can play."""


@dataclass(frozen=True)
class Expected:
    """One test of a suite, read from its source: the verdict counts these and no others.

    `is_played`: the judge outside can run it, too.
    """

    id: str
    title: str
    points: int
    is_played: bool = False


def read_tests(suite: Path, shown: str) -> tuple[Expected, ...]:
    """The tests of a suite, from its source alone. Raises GraderError."""
    try:
        tree = ast.parse(suite.read_bytes(), suite.name)
    except (OSError, SyntaxError, ValueError) as error:
        raise GraderError(f"{shown} cannot be read: {error}.", "Correct the suite.") from None
    own = _own_fixtures(tree)
    tests: list[Expected] = []
    known: list[circumstances.Test] = []
    named = {
        ast.unparse(node.targets[0]): node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
    }
    of_all = _excepted([named["pytestmark"]] if "pytestmark" in named else [])
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not node.name.startswith("test_"):
            continue
        doc = ast.get_docstring(node)
        if not doc:
            raise GraderError(
                f"{shown}, line {node.lineno}: {node.name} has no docstring.",
                "Write the sentence that a learner reads when the test fails.",
            )
        _check_marks(node, [test.id for test in tests], shown)
        title = " ".join(doc.partition("\n\n")[0].split())
        names = frozenset(arg.arg for arg in node.args.args)
        marks = [named.get(ast.unparse(mark), mark) for mark in node.decorator_list]
        is_inside = any(ast.unparse(mark).startswith(INSIDE) for mark in marks)
        is_played = not is_inside and _are_played(names, own)
        tests.append(Expected(node.name, title, _points(node), is_played))
        known.append(circumstances.Test(names, of_all | _excepted(marks)))
    if not tests:
        raise GraderError(f"{shown} has no tests.", "Add a function `async def test_...`.")
    if not circumstances.are_on():
        return tuple(tests)
    under = [Expected(c.id, c.title, circumstances.POINTS) for c in circumstances.of(known)]
    return (*tests, *under)


def exceptions(suite: Path) -> dict[tuple[str, str], None]:
    """Which circumstances a suite's tests are excepted from, each with every reason it has.

    A reason that is no text is empty. Raises OSError and SyntaxError.
    """
    return dict.fromkeys(_marks_in([ast.parse(suite.read_bytes(), suite.name)]))


def _own_fixtures(tree: ast.Module) -> dict[str, frozenset[str]]:
    """The fixtures of a suite's own, and what each asks for; one that all get is called ""."""
    found: dict[str, frozenset[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            marks = [ast.unparse(mark) for mark in node.decorator_list]
            if any(mark.startswith("pytest.fixture") for mark in marks):
                name = "" if any("autouse" in mark for mark in marks) else node.name
                found[name] = frozenset(arg.arg for arg in node.args.args) | found.get(name, set())
    return found


def _are_played(names: frozenset[str], own: dict[str, frozenset[str]]) -> bool:
    """Whether the judge outside has all that a test with these arguments asks for."""
    wanted = names | own.get("", frozenset())
    for _ in own:
        wanted = frozenset().union(*(own.get(name, {name}) for name in wanted))
    return wanted <= PLAYED


def _excepted(marks: Iterable[ast.expr]) -> frozenset[str]:
    """The circumstances that `except_for(...)` names, anywhere in `marks`."""
    return frozenset(circumstance for circumstance, _ in _marks_in(marks))


def _marks_in(trees: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """The circumstance and the reason of each `except_for(...)`; what is no text is empty."""
    for call in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == EXCEPT_FOR:
            texts = [arg.value if isinstance(arg, ast.Constant) else "" for arg in call.args]
            circumstance, reason, *_ = (*map(str, texts), "", "")
            yield circumstance, reason


def _check_marks(
    node: ast.FunctionDef | ast.AsyncFunctionDef, above: list[str], shown: str
) -> None:
    """Raise GraderError for a mark that would spoil every verdict, or mean nothing."""
    marks = {ast.unparse(d.func): d for d in node.decorator_list if isinstance(d, ast.Call)}
    if "pytest.mark.parametrize" in marks:
        raise GraderError(
            f"{shown}, line {node.lineno}: {node.name} is parametrized.",
            "Write a loop in it, or a test for each case.",
        )
    needs = marks.get("pytest.mark.needs")
    for name in [arg.value for arg in needs.args if isinstance(arg, ast.Constant)] if needs else []:
        if name not in above:
            raise GraderError(
                f"{shown}, line {node.lineno}: {node.name} needs {name!r}, "
                "which is no test above it.",
                "Correct the name, or move that test up.",
            )


def _points(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.points":
            value = ast.literal_eval(decorator.args[0])
            if isinstance(value, int):
                return value
    return 1
