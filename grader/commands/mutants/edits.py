"""Small edits of an answer's code, each a mistake that somebody makes.

A mutator looks at one node of the learner's part and yields what could stand there instead:
an expression, a statement or several. Mutation testing is an old idea (DeMillo, Lipton, Sayward,
"Hints on test data selection", 1978); the mutators here are those of code that waits.
"""

import ast
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import TypeGuard, cast

Instead = ast.expr | ast.stmt | list[ast.stmt] | ast.ExceptHandler
Mutator = Callable[[ast.AST], Iterator[Instead]]
NAP = re.compile(r"(await )?\w+\.sleep\(0\.01\)")
HELPER = """
class _Done:
    def __init__(self, value): self.value = value
    def __await__(self):
        yield from ()
        return self.value
    def result(self): return self.value
    def exception(self): return None
    def done(self): return True
    def cancelled(self): return False
    def cancel(self, *_): return False
    def add_done_callback(self, call, **_): call(self)
"""
"""What stands where a task stood, when its work is done already."""


def await_is_dropped(node: ast.AST) -> Iterator[Instead]:
    """`await f()` as `f()`."""
    if isinstance(node, ast.Await):
        yield node.value


def one_after_another(node: ast.AST) -> Iterator[Instead]:
    """What was started together, awaited one by one."""
    if isinstance(node, ast.Await) and _calls(node.value, "gather"):
        yield ast.List([_each_awaited(arg) for arg in node.value.args], ast.Load())
    elif isinstance(node, ast.AsyncFunctionDef):
        changed = _Awaited().visit(deepcopy(node))
        if ast.dump(changed) != ast.dump(node):
            yield changed


def failures_are_returned(node: ast.AST) -> Iterator[Instead]:
    """`gather(..., return_exceptions=True)`."""
    if _calls(node, "gather") and not node.keywords:
        more = ast.keyword("return_exceptions", ast.Constant(value=True))
        yield ast.Call(node.func, node.args, [more])


def guard_is_removed(node: ast.AST) -> Iterator[Instead]:
    """A lock, a limit or a deadline that nobody named, taken away."""
    if isinstance(node, ast.AsyncWith | ast.With) and not any(
        item.optional_vars for item in node.items
    ):
        yield node.body


def except_is_removed(node: ast.AST) -> Iterator[Instead]:
    """A failure goes by unseen."""
    if isinstance(node, ast.Try) and node.handlers:
        rest = deepcopy(node)
        rest.handlers, rest.orelse = [], []
        bare = [*node.body, *node.orelse]
        rest.body = bare
        yield rest if node.finalbody else bare


def except_takes_more(node: ast.AST) -> Iterator[Instead]:
    """Every exception is taken for the expected one."""
    if isinstance(node, ast.ExceptHandler) and node.type is not None:
        wider = "BaseException" if ast.unparse(node.type) == "Exception" else "Exception"
        yield ast.ExceptHandler(ast.Name(wider, ast.Load()), node.name, node.body)


def finally_only_on_success(node: ast.AST) -> Iterator[Instead]:
    """What must happen in any case happens only when all went well."""
    if isinstance(node, ast.Try) and node.finalbody:
        rest = deepcopy(node)
        rest.finalbody = []
        yield [*([rest] if node.handlers else node.body), *node.finalbody]


def step_is_left_out(node: ast.AST) -> Iterator[Instead]:
    """One statement is missing."""
    is_step = isinstance(node, ast.AugAssign | ast.Delete | ast.Break | ast.Continue | ast.Raise)
    if is_step or (isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)):
        yield ast.Pass()


def called_twice(node: ast.AST) -> Iterator[Instead]:
    """Work is done a second time."""
    if not (isinstance(node, ast.Await) and isinstance(node.value, ast.Call)):
        return
    if not ast.unparse(node.value.func).startswith("asyncio."):
        pair = ast.List([node, node], ast.Load())
        yield ast.Subscript(pair, ast.Constant(1), ast.Load())


def keyword_is_dropped(node: ast.AST) -> Iterator[Instead]:
    """A named argument is forgotten."""
    if isinstance(node, ast.Call):
        for gone in node.keywords:
            yield ast.Call(node.func, node.args, [each for each in node.keywords if each != gone])


def arguments_are_swapped(node: ast.AST) -> Iterator[Instead]:
    """The first two arguments change their places."""
    if isinstance(node, ast.Call) and len(node.args) > 1 and not _starred(node):
        first, second, *more = node.args
        yield ast.Call(node.func, [second, first, *more], node.keywords)


def values_are_swapped(node: ast.AST) -> Iterator[Instead]:
    """The first two values of a dictionary change their places."""
    if isinstance(node, ast.Dict) and len(node.values) > 1:
        first, second, *more = node.values
        yield ast.Dict(node.keys, [second, first, *more])


def number_is_another(node: ast.AST) -> Iterator[Instead]:
    """One more, or twice as long."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        value = node.value
        yield ast.Constant(value + 1 if isinstance(value, int) else value * 2)  # type: ignore[operator]


def boundary_is_moved(node: ast.AST) -> Iterator[Instead]:
    """`<` as `<=`, and so on; `is None` as "is false"."""
    moved = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        kind = type(node.ops[0])
        if kind in moved:
            yield ast.Compare(node.left, [moved[kind]()], node.comparators)
        elif kind in (ast.Is, ast.IsNot) and ast.unparse(node.comparators[0]) == "None":
            asked = node.left
            yield ast.UnaryOp(ast.Not(), asked) if kind is ast.Is else asked


def condition_is_ignored(node: ast.AST) -> Iterator[Instead]:
    """An `if` is always taken, or never."""
    if isinstance(node, ast.If):
        yield node.body
        yield node.orelse or [ast.Pass()]


def loop_runs_once(node: ast.AST) -> Iterator[Instead]:
    """A loop ends after its first round."""
    if isinstance(node, ast.While):
        yield ast.While(node.test, [*node.body, ast.Break()], [])
    elif isinstance(node, ast.For | ast.AsyncFor):
        rest = deepcopy(node)
        rest.body = [*node.body, ast.Break()]
        yield rest


def either_is_both(node: ast.AST) -> Iterator[Instead]:
    """`or` as `and`, and the other way round."""
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)


def not_is_dropped(node: ast.AST) -> Iterator[Instead]:
    """A condition means its opposite."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        opposite = {ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
        if type(node.ops[0]) in opposite:
            yield ast.Compare(node.left, [opposite[type(node.ops[0])]()], node.comparators)


def shield_is_removed(node: ast.AST) -> Iterator[Instead]:
    """Whoever is cancelled takes the work along."""
    if _calls(node, "shield") and node.args:
        yield node.args[0]


def thread_is_not_used(node: ast.AST) -> Iterator[Instead]:
    """Blocking work runs on the event loop."""
    if isinstance(node, ast.Await) and _calls(node.value, "to_thread", "run_in_threadpool"):
        function, *arguments = node.value.args
        yield ast.Call(function, arguments, node.value.keywords)


MUTATORS: tuple[Mutator, ...] = (
    await_is_dropped,
    one_after_another,
    failures_are_returned,
    guard_is_removed,
    except_is_removed,
    except_takes_more,
    finally_only_on_success,
    step_is_left_out,
    called_twice,
    keyword_is_dropped,
    arguments_are_swapped,
    values_are_swapped,
    number_is_another,
    boundary_is_moved,
    condition_is_ignored,
    loop_runs_once,
    either_is_both,
    not_is_dropped,
    shield_is_removed,
    thread_is_not_used,
)


def edited(
    tree: ast.Module, parts: list[ast.stmt], mutators: tuple[Mutator, ...] = MUTATORS
) -> Iterator[tuple[str, str]]:
    """For each edit of one of the `parts` of `tree`: a name, and the text of the whole program."""
    for part in parts:
        where = getattr(part, "name", "") or ast.unparse(part).partition(" ")[0]
        for node in _inside(part):
            for mutator in mutators:
                for instead in mutator(node):
                    needs_helper = "_Done" in ast.unparse(_wrapped(instead))
                    text = ast.unparse(_replaced(tree, node, instead))
                    yield _name(mutator, where, node), text + (HELPER if needs_helper else "")


class _Awaited(ast.NodeTransformer):
    """Each task's work is awaited where the task was made."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if _calls(node, "create_task") and node.args and isinstance(node.args[0], ast.Call):
            return _call("_Done", ast.Await(node.args[0]))
        return node


def _name(mutator: Mutator, where: str, node: ast.AST) -> str:
    line, _, more = ast.unparse(node).partition("\n")
    return f"{mutator.__name__} in {where}: {line[:70]}{'...' if more or line[70:] else ''}"


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Each node of code that runs, without decorators, annotations and naps of 0.01 s."""
    if NAP.fullmatch(ast.unparse(node)):
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        children: list[ast.AST] = list(node.body)
    elif isinstance(node, ast.AnnAssign):
        children = [node.value] if node.value else []
    else:
        children = list(ast.iter_child_nodes(node))
    yield node
    for child in children:
        yield from _inside(child)


def _replaced(tree: ast.Module, node: ast.AST, instead: Instead) -> ast.Module:
    twins: dict[int, ast.AST] = {}
    copied = deepcopy(tree, twins)
    changed = cast("ast.Module", _Swap(twins[id(node)], instead).visit(copied))
    return ast.fix_missing_locations(changed)


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: Instead) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
        """Swap the one; a statement may become several."""
        return self.new if node is self.old else self.generic_visit(node)


def _wrapped(instead: Instead) -> ast.AST:
    return ast.Module(instead, []) if isinstance(instead, list) else instead


def _calls(node: ast.AST, *names: str) -> TypeGuard[ast.Call]:
    """Is it a call of a function, or of a method, of that name?"""
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in names


def _each_awaited(argument: ast.expr) -> ast.expr:
    if not isinstance(argument, ast.Starred):
        return ast.Await(argument)
    item = ast.Name("_each", ast.Store())
    loop = ast.comprehension(item, argument.value, [], 0)
    return ast.Starred(ast.ListComp(ast.Await(ast.Name("_each", ast.Load())), [loop]), ast.Load())


def _call(name: str, argument: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), [argument], [])


def _starred(node: ast.Call) -> bool:
    return any(isinstance(argument, ast.Starred) for argument in node.args)
