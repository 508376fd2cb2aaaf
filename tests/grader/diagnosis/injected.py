"""Faults put into right answers, to see whether the cause that is told is the one put in.

    python -m tests.grader.diagnosis.injected checkout

prints, for each fault, how often its cause was told, and each answer in which another was.
"""

import ast
import builtins
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from grader.commands.mutants import edits
from grader.course import exercises, patches
from grader.course.exercises import Exercise
from grader.course.folders import find_root
from grader.course.given import learners_part
from grader.model.report import ExerciseResult, Failure
from grader.parent import session
from grader.parent.runner import Runner

COURSE = exercises.load(find_root(Path(__file__)))
INJECTED = "injected fault"


@dataclass(frozen=True)
class Fault:
    """`change` yields what could stand instead of a node; `ids` are its diagnoses.

    Where another diagnosis is told, one of `words` in the reason tells the same cause.
    """

    change: Callable[[ast.AST], Iterator[edits.Instead]]
    ids: frozenset[str]
    words: tuple[str, ...] = ()


def _first(statement: str) -> Callable[[ast.AST], Iterator[edits.Instead]]:
    """`statement` comes first in an `async def`."""

    def change(node: ast.AST) -> Iterator[edits.Instead]:
        if isinstance(node, ast.AsyncFunctionDef):
            changed = deepcopy(node)
            changed.body[:0] = ast.parse(statement).body
            yield changed

    return change


def _lost(node: ast.AST) -> Iterator[edits.Instead]:
    """`await f()` on a line of its own becomes a task that nobody holds."""
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Await)
    if is_call and isinstance(node.value.value, ast.Call):  # type: ignore[attr-defined]
        call = ast.unparse(node.value.value)  # type: ignore[attr-defined]
        if not call.startswith("asyncio."):
            yield ast.parse(f"import asyncio as _a\n_a.ensure_future({call})").body


def _swapped(node: ast.AST) -> Iterator[edits.Instead]:
    """Two plain arguments: a function among them would not even be called."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return
    is_plain = all(isinstance(argument, ast.Name | ast.Attribute) for argument in node.args)
    if is_plain and not hasattr(builtins, node.func.id):
        yield from edits.arguments_are_swapped(node)


FAULTS = {
    "an await dropped": Fault(
        edits.await_is_dropped,
        frozenset({"forgotten-await", "fire-and-forget", "still-running", "lost-task"}),
        ("await",),
    ),
    "arguments swapped": Fault(
        _swapped,
        frozenset({"wrong-argument", "wrong-value", "wrong-status", "not-called"}),
        ("argument", "takes", "holds"),
    ),
    "an exception raised": Fault(
        _first(f"raise RuntimeError({INJECTED!r})"), frozenset(), ("RuntimeError", INJECTED)
    ),
    "cancelled": Fault(
        _first("import asyncio as _a; _a.current_task().cancel(); await _a.sleep(0)"),
        frozenset(),
        ("cancel",),
    ),
    "a task lost": Fault(
        _lost,
        frozenset({"fire-and-forget", "still-running", "lost-task", "too-early", "lost-exception"}),
        ("nobody waits", "still running"),
    ),
    "blocked": Fault(
        _first("import time as _t; _t.sleep(0.7)"), frozenset({"blocked-loop"}), ("time.sleep",)
    ),
}


@dataclass(frozen=True)
class Injected:
    """One answer with one fault, and what was told of it."""

    fault: str
    answer: str
    told: Failure

    @property
    def is_true(self) -> bool:
        fault, text = FAULTS[self.fault], f"{self.told.fact} {self.told.why} {self.told.next}"
        return self.told.diagnosis in fault.ids or any(word in text for word in fault.words)


def told(selection: tuple[Exercise, ...], faults: tuple[str, ...]) -> list[Injected]:
    """What is told of each right answer with each of the `faults` in each place that it has.

    Where a fault changes nothing that a suite asks for, nothing is told, and it is left out.
    """
    made = [(exercise, *each) for exercise in selection for each in _texts(exercise, faults)]
    orders = [
        session.order_of(exercise, text.encode(), f"{exercise.slug}.py", "virtual")
        for exercise, _, _, text in made
    ]
    return [
        Injected(fault, answer, failure)
        for (_, fault, answer, _), result in zip(made, Runner().run(orders), strict=True)
        if (failure := _first_failure(result)) is not None
    ]


def _texts(exercise: Exercise, faults: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """The fault, the answer with the place, and the program."""
    stub = ast.parse(exercise.original.read_text(encoding="utf-8"))
    for path in [exercise.solution, *sorted((exercise.solutions / "right").glob("*.py"))]:
        tree = ast.parse(patches.whole(path))
        parts = learners_part(tree, stub)
        for name in faults:
            for place, text in edits.edited(tree, parts, (FAULTS[name].change,)):
                yield name, f"{exercise.slug}/{path.stem}: {place.partition(' in ')[2]}", text


def _first_failure(result: ExerciseResult) -> Failure | None:
    failed = (test.failure for test in result.tests if test.failure is not None)
    return next(failed, None)


def main() -> None:
    """Print the table."""
    found = told(COURSE.select(sys.argv[1:]), tuple(FAULTS))
    for fault in FAULTS:
        these = [one for one in found if one.fault == fault]
        print(f"{fault}: {sum(one.is_true for one in these)} of {len(these)}")
    for one in found:
        if not one.is_true:
            print(f"{one.fault} | {one.answer} | {one.told.diagnosis} | {one.told.why}")


if __name__ == "__main__":
    main()
