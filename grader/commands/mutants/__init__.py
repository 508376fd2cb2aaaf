"""`grader verify --mutants`: does a suite see the mistakes that its answers could hold?

A mutant is the solution, or a right answer, with one mistake put in. One that scores full has
survived: a question to the author, who adds a test, or signs it in `mutants.toml` beside the
suite with the reason why it is no mistake.
"""

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from grader.commands.mutants import edits, wraps
from grader.course import patches
from grader.course.exercises import Exercise
from grader.course.folders import shown_path
from grader.course.given import learners_part
from grader.course.parcel import SIGNED
from grader.model.errors import GraderError
from grader.parent import session
from grader.parent.conversation import Order
from grader.parent.runner import Runner, counting


@dataclass(frozen=True)
class Mutant:
    """An answer's text with one mistake in it; `name` says the answer, the mistake, the place."""

    name: str
    text: str


@dataclass(frozen=True)
class Survey:
    """What became of an exercise's mutants."""

    exercise: Exercise
    killed: int
    signed: list[str]
    open: list[str]
    idle: list[str]
    """Patterns of `mutants.toml` that signed nothing."""

    def sentences(self) -> list[str]:
        """Its figures, each open survivor, and each idle pattern."""
        figures = f"{self.killed} killed, {len(self.signed)} signed, {len(self.open)} open"
        where = shown_path(self.exercise.suite.with_name(SIGNED))
        return [
            f"{self.exercise.slug}: {figures}.",
            *(f"  {name}" for name in self.open),
            *(f"  {where} signs what no longer survives: {pattern}" for pattern in self.idle),
        ]


def of(exercise: Exercise) -> list[Mutant]:
    """The mutants of the solution and of the right answers. Raises GraderError."""
    made: dict[str, Mutant] = {}
    seen = set[str]()
    stub = ast.parse(exercise.original.read_text(encoding="utf-8"))
    for path in [exercise.solution, *sorted((exercise.solutions / "right").glob("*.py"))]:
        is_solution = path == exercise.solution
        tree = ast.parse(patches.whole(path))
        parts = learners_part(tree, stub)
        changes = [*edits.edited(tree, parts)]
        if is_solution:
            changes += wraps.wrapped(tree, parts, _given(tree, parts))
        seen.add(ast.unparse(tree))
        for change, text in changes:
            if text not in seen and _is_program(text):
                seen.add(text)
                name = f"{'solution' if is_solution else path.stem}: {change}"
                while name in made:
                    name += " (again)"
                made[name] = Mutant(name, text)
    return list(made.values())


def survey(
    selection: tuple[Exercise, ...],
    runner: Runner | None = None,
    on_result: Callable[[int, int], None] | None = None,
) -> list[Survey]:
    """Grade every mutant; `on_result` gets done and all. Raises GraderError."""
    mutants = [(exercise, mutant) for exercise in selection for mutant in of(exercise)]
    orders = [_order(exercise, mutant) for exercise, mutant in mutants]
    results = (runner or Runner()).run(orders, counting(on_result, len(orders)))
    killed = Counter[str]()
    alive: dict[str, list[str]] = {exercise.slug: [] for exercise in selection}
    for (exercise, mutant), result in zip(mutants, results, strict=True):
        if result.status == "passed":
            alive[exercise.slug].append(mutant.name)
        else:
            killed[exercise.slug] += 1
    return [_surveyed(each, killed[each.slug], alive[each.slug]) for each in selection]


def _surveyed(exercise: Exercise, killed: int, alive: list[str]) -> Survey:
    patterns = signed(exercise)
    by_name = {name: [p for p in patterns if _matches(p, name)] for name in alive}
    used = {pattern for found in by_name.values() for pattern in found}
    return Survey(
        exercise,
        killed=killed,
        signed=[name for name, found in by_name.items() if found],
        open=[name for name, found in by_name.items() if not found],
        idle=[pattern for pattern in patterns if pattern not in used],
    )


def _order(exercise: Exercise, mutant: Mutant) -> Order:
    return session.order_of(exercise, mutant.text.encode(), mutant.name, "virtual")


def signed(exercise: Exercise) -> list[str]:
    """The mutants that have a reason why they are no mistake; `*` in one is anything."""
    path = exercise.suite.with_name(SIGNED)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GraderError(f"{shown_path(path)} is no TOML: {error}.", "Correct it.") from None
    for reason, patterns in found.items():
        if not isinstance(patterns, list) or not all(isinstance(each, str) for each in patterns):
            raise GraderError(
                f"{shown_path(path)}: {reason!r} has no list of mutants.",
                'Write it as "why it is no mistake" = ["the mutant\'s name"].',
            )
    return [pattern for patterns in found.values() for pattern in patterns]


def _matches(pattern: str, name: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name) is not None


def _given(tree: ast.Module, parts: list[ast.stmt]) -> list[str]:
    """The given `async def` functions that the learner's part names."""
    named = {n.id for part in parts for n in ast.walk(part) if isinstance(n, ast.Name)}
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.AsyncFunctionDef)
        and not any(node is part for part in parts)
        and not node.decorator_list
        and node.name in named
        and not any(isinstance(each, ast.Yield) for each in ast.walk(node))
    ]


def _is_program(text: str) -> bool:
    try:
        compile(text, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
