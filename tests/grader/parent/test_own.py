"""An answer is graded whatever it uses, whoever asks; what no answer needs is a flag."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.course import exercises as course
from grader.course import folders
from grader.model.report import ExerciseResult
from grader.parent import children, session
from grader.parent.conversation import Order
from grader.parent.runner import Runner
from tests.grader import corpus

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
OWN = {
    "imports importlib": "import importlib\njson = importlib.import_module('json')",
    "uses _getframe": "import sys\ndef caller(): return sys._getframe(1).f_lineno\ncaller()",
    "uses inspect.stack": "import inspect\nNAMES = [each.function for each in inspect.stack()]",
    "uses exec": "names = {}\nexec('x = 1', names)\nassert names['x'] == 1",
    "uses eval": "assert eval('1 + 1') == 2",
    "uses __closure__": "def f(x):\n    return lambda: x\nassert f(1).__closure__",
    "imports linecache": "import linecache\nlinecache.checkcache()",
    "imports pkgutil": "import pkgutil\nassert pkgutil.extend_path",
    "uses __globals__": "def f(): pass\nassert f.__globals__ is globals()",
    "uses sys.modules": "import sys\nassert 'json' in list(sys.modules)",
    "imports ctypes": "import ctypes\nassert ctypes.sizeof(ctypes.c_int) == 4",
    "assigns to asyncio.run": "import asyncio\nasyncio.run = asyncio.run",
}
"""What a curious author may well write, by how the flag begins."""


def grade(orders: list[Order], *, judged: bool = False) -> list[ExerciseResult]:
    try:
        return Runner(2, judged=judged).run(orders)
    finally:
        children.stop()


@pytest.fixture(scope="module")
def results(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, tuple[ExerciseResult, ExerciseResult]]:
    """Each of OWN below checkout's solution, as its author's and as somebody else's."""
    folder, orders = tmp_path_factory.mktemp("own"), []
    for number, lines in enumerate(OWN.values()):
        path = folder / f"{number}.py"
        path.write_text(f"{CHECKOUT.solution.read_text()}\n\n{lines}\n")
        for own in (True, False):
            orders.append(session.order(CHECKOUT, path, "checkout.py", "virtual", own=own))
    found = grade(orders, judged=True)
    return dict(zip(OWN, zip(found[::2], found[1::2], strict=True), strict=True))


@pytest.mark.parametrize("flag", OWN)
def test_what_no_answer_needs_costs_no_point(
    flag: str, results: dict[str, tuple[ExerciseResult, ExerciseResult]]
) -> None:
    """With a flag that says what is there, and why nobody needs it."""
    for result in results[flag]:
        assert (result.status, result.points) == ("passed", result.max_points)
        assert any(f" {flag}, which " in each for each in result.flags)


@pytest.mark.timeout(600)  # a hundred answers, some of which run into a guard
def test_no_cheat_gains_a_point_unseen(tmp_path: Path) -> None:
    """Where no judge has a second look, what gains a point carries a flag."""
    orders, honest = [], []
    for case in corpus.cases(["cheats"]):
        if case.audited:
            made = corpus.order(case, course.load(ROOT), tmp_path, own=True)
            orders.append(replace(made, job=made.job and replace(made.job, guard_seconds=1.0)))
            honest.append(case.points)
    results = zip(grade(orders), honest, strict=True)
    assert [each.id for each, points in results if each.points > points and not each.flags] == []
    assert len(orders) > 100
