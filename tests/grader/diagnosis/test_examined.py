"""What an answer that passes its suite's first tests is told of: the true cause, at its line.

`corpora/examined/` holds answers as patches of the solution. Each says in its docstring which
check fails first and with what, and what the reason says; the line that it names ends with `here`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import circumstances, folders, patches
from grader.course import exercises as course
from grader.model.report import ExerciseResult
from grader.parent import children, session
from grader.parent.runner import Runner

ROOT = folders.find_root(Path(__file__).parent)
ANSWERS = Path(__file__).parents[1] / "corpora" / "examined"
CASES = {f"{path.parent.name}/{path.stem}": path for path in sorted(ANSWERS.glob("*/*.py"))}
FAILS = re.compile(r"^fails: (\w+) = ([\w-]+)$", re.MULTILINE)
SAYS = re.compile(r"^says: (.+)$", re.MULTILINE)


def program(path: Path) -> str:
    reference = next((ROOT / "solutions" / path.parent.name).glob("*.py"))
    return patches.compose(reference.read_text(encoding="utf-8"), path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def results() -> Iterator[dict[str, ExerciseResult]]:
    found = {Path(each.folder).name: each for each in course.load(ROOT).exercises}
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(circumstances.SWITCH, raising=False)
        children.stop()
        orders = [
            session.order_of(
                found[path.parent.name], program(path).encode(), f"{name}.py", "virtual"
            )
            for name, path in CASES.items()
        ]
        yield dict(zip(CASES, Runner(2).run(orders), strict=True))
        children.stop()


@pytest.mark.timeout(480)
@pytest.mark.parametrize("name", CASES)
def test_its_cause_is_told_at_its_line(name: str, results: dict[str, ExerciseResult]) -> None:
    text = CASES[name].read_text(encoding="utf-8")
    failed = next(test for test in results[name].tests if test.failure is not None)
    assert failed.failure is not None
    assert [(failed.id, failed.failure.diagnosis)] == FAILS.findall(text)
    here = [n for n, line in enumerate(program(CASES[name]).splitlines(), 1) if "# here" in line]
    assert [failed.failure.line] == here, failed.failure.why
    for part in SAYS.findall(text):
        assert part in failed.failure.why
