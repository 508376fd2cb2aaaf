"""Mutants: which mistakes are put into an answer, and what becomes of the survivors."""

import ast
import shutil
from pathlib import Path

import pytest

from grader.commands import mutants
from grader.commands.mutants import edits, wraps
from grader.course import exercises
from grader.course.folders import find_root
from grader.course.parcel import SIGNED
from grader.model.errors import GraderError
from grader.parent.runner import Runner

ROOT = find_root(Path(__file__))
COURSE = exercises.load(ROOT)
CHECKOUT = COURSE.select(["checkout"])[0]


def edits_of(text: str) -> list[tuple[str, str]]:
    """For each edit the mutator and its place, and what it makes of a program."""
    tree = ast.parse(text)
    return list(edits.edited(tree, tree.body))


@pytest.mark.parametrize(
    ("mutator", "before", "after"),
    [
        ("await_is_dropped", "x = await work()", "x = work()"),
        ("one_after_another", "await asyncio.gather(a(), b())", "[await a(), await b()]"),
        ("failures_are_returned", "gather(a())", "gather(a(), return_exceptions=True)"),
        ("guard_is_removed", "async with lock:\n    work()", "work()"),
        ("except_is_removed", "try:\n    a()\nexcept KeyError:\n    b()", "a()"),
        (
            "except_takes_more",
            "try:\n    a()\nexcept KeyError:\n    b()",
            "try:\n    a()\nexcept Exception:\n    b()",
        ),
        ("finally_only_on_success", "try:\n    a()\nfinally:\n    b()", "a()\nb()"),
        ("step_is_left_out", "free += 1", "pass"),
        ("called_twice", "x = await work()", "x = [await work(), await work()][1]"),
        ("keyword_is_dropped", "work(a, late=True)", "work(a)"),
        ("arguments_are_swapped", "work(a, b, c)", "work(b, a, c)"),
        ("values_are_swapped", "x = {'a': one, 'b': two}", "x = {'a': two, 'b': one}"),
        ("number_is_another", "x = 3", "x = 4"),
        ("number_is_another", "x = 0.5", "x = 1.0"),
        ("boundary_is_moved", "x = a < b", "x = a <= b"),
        ("boundary_is_moved", "x = a is None", "x = not a"),
        ("condition_is_ignored", "if a:\n    b()", "b()"),
        ("loop_runs_once", "while a:\n    b()", "while a:\n    b()\n    break"),
        ("either_is_both", "x = a or b", "x = a and b"),
        ("not_is_dropped", "x = a not in b", "x = a in b"),
        ("shield_is_removed", "await asyncio.shield(task)", "await task"),
        ("thread_is_not_used", "await asyncio.to_thread(work, 1)", "work(1)"),
    ],
)
def test_a_mutator(mutator: str, before: str, after: str) -> None:
    """Each makes its one mistake, in the statement where it finds the chance."""
    indented = "\n".join(f"    {line}" for line in before.splitlines())
    made = [
        text.partition("\n")[2]
        for name, text in edits_of(f"async def f():\n{indented}")
        if name.startswith(f"{mutator} in f: ")
    ]
    assert "\n".join(f"    {line}" for line in after.splitlines()) in made


def test_tasks_are_awaited_where_they_are_made() -> None:
    """All of a function's tasks at once: the last one alone would overlap as before."""
    made = edits_of(
        "async def f():\n    a = create_task(x())\n    b = create_task(y())\n    return a"
    )
    one_by_one = next(text for name, text in made if name.startswith("one_after_another"))
    assert "a = _Done(await x())\n    b = _Done(await y())" in one_by_one


def test_each_mutant_is_a_program_of_its_own() -> None:
    """No two are the same, none is the answer itself, and the wraps are there."""
    made = mutants.of(CHECKOUT)
    assert len({mutant.text for mutant in made}) == len({mutant.name for mutant in made})
    assert CHECKOUT.solution.read_text() not in {mutant.text for mutant in made}
    names = {mutant.name for mutant in made}
    around = {f"solution: {kind} around process_payment" for kind in wraps.ANY}
    assert around < names


@pytest.fixture
def weak(tmp_path: Path) -> exercises.Exercise:
    """The checkout, whose suite asks only for the time."""
    for part in ("exercises", "solutions", "tests/exercises"):
        shutil.copytree(ROOT / part / CHECKOUT.folder, tmp_path / part / CHECKOUT.folder)
    shutil.rmtree(tmp_path / "solutions" / CHECKOUT.folder / "right")
    shutil.copy(ROOT / "tests/exercises/pytest.ini", tmp_path / "tests/exercises")
    exercise = exercises.load(tmp_path).exercises[0]
    exercise.suite.with_name(SIGNED).unlink(missing_ok=True)
    exercise.suite.write_text(
        '''"""A suite that looks away."""
async def test_time(client, clock, fake):
    """It takes 1.0 s."""
    fake("process_payment", takes=1.0)
    fake("send_confirmation_email", takes=0.5)
    with clock.takes(1.0, one_by_one=1.5):
        await client.post("/checkout", json={"id": 7})
'''
    )
    return exercises.read_again(exercise)


def test_a_survivor_is_open_until_it_is_signed(weak: exercises.Exercise) -> None:
    """What the suite cannot see is listed; the reason signs it; a reason for nothing is idle."""
    (survey,) = mutants.survey((weak,), Runner(2))
    swapped = [name for name in survey.open if "arguments_are_swapped" in name]
    assert len(swapped) == 1
    assert survey.killed > 0
    assert not any("one_after_another" in name for name in survey.open)
    signed = weak.suite.with_name(SIGNED)
    signed.write_text('"it asks only for the time" = ["*"]\n"for nothing" = ["nowhere: *"]\n')
    (again,) = mutants.survey((weak,), Runner(2))
    assert (again.open, again.idle) == ([], ["nowhere: *"])
    assert sorted(again.signed) == sorted(survey.open)
    assert (
        again.sentences()[0]
        == f"checkout: {again.killed} killed, {len(again.signed)} signed, 0 open."
    )


@pytest.mark.parametrize(
    ("text", "what"), [("[", "is no TOML"), ('why = "x"', "no list of mutants")]
)
def test_a_signed_file_that_cannot_be_read(weak: exercises.Exercise, text: str, what: str) -> None:
    """One sentence says what is wrong with it."""
    weak.suite.with_name(SIGNED).write_text(text)
    with pytest.raises(GraderError, match=what):
        mutants.signed(weak)
