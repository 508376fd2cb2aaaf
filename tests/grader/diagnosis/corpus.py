"""A corpus of small answers, at least four per diagnosis, and what the grader says to each.

`corpora/diagnoses/ID/` holds answers to the course's exercises; the docstring of each names
its exercise, and the first test that must fail with its diagnosis:

    exercise: 06_checkout
    fails: test_payment_and_email_overlap = deadlock

`corpora/diagnoses/course.toml` names wrong answers of the course that show a diagnosis well.
`golden/diagnoses/ID/` holds what a learner sees of each at a terminal of 80 columns, and the
report as JSON. After a change of words or answers, look at the difference that this makes:

    python -m tests.grader.diagnosis.corpus --write
"""

import argparse
import json
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from contextlib import chdir
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from grader.commands.verify import FAILS
from grader.course import circumstances, folders
from grader.course import exercises as course
from grader.course.exercises import Course
from grader.diagnosis import IDS
from grader.model.report import ExerciseResult, Report, TestResult
from grader.parent import session
from grader.parent.runner import Runner
from grader.reports import terminal

ROOT = folders.find_root(Path(__file__).parent)
ANSWERS = Path(__file__).parents[1] / "corpora" / "diagnoses"
GOLDEN = Path(__file__).parent / "golden"
EXERCISE = re.compile(r"^exercise: (\w+)$", re.MULTILINE)
COLUMNS = 80
os.environ[circumstances.SWITCH] = "off"  # the texts are those of the suites' own tests
MAX_SPANS = 20
"""Spans of a timeline that a golden file holds at most."""
COMPUTING = {"busy-loop": 0.3}
"""Seconds of computing until the guard rings, where waiting for it is the point."""
SEEDED = """

@pytest.fixture(autouse=True)
def seeded(monkeypatch):
    from random import Random

    dice = Random(7)
    monkeypatch.setitem(globals(), "random", dice)
    monkeypatch.setitem(globals(), "token", lambda: dice.randbytes(4).hex())
"""
"""Goes to the end of each suite: what is random in life is the same in every run here."""


REWORDED = (
    (r"cannot use '\w+' as a (?:dict key|set element) \((unhashable type: '\w+')\)", r"\1"),
    (r"'(\w+)' object can't be awaited", r"object \1 can't be used in 'await' expression"),
    (
        r"PicklingError: Can't pickle local object <function (\S+)>",
        r"AttributeError: Can't get local object '\1'",
    ),
    (r"Can't get local object", r"Can't pickle local object"),
)
"""What newer Pythons say, and the words of 3.11, which stand in the golden files."""


@dataclass(frozen=True)
class Case:
    """One answer: its exercise's folder, the test that shows the diagnosis, and that diagnosis."""

    path: Path
    exercise: str
    test: str
    diagnosis: str

    @property
    def shown(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def name(self) -> str:
        """`deadlock/event`, or `blocked-loop/02_fast_and_slow.time_sleep` for one of a course."""
        own = self.path.is_relative_to(ANSWERS)
        return f"{self.diagnosis}/{'' if own else f'{self.exercise}.'}{self.path.stem}"

    def golden(self, suffix: str) -> Path:
        return GOLDEN / f"{self.name}.{suffix}"


def cases() -> list[Case]:
    """Every answer of the corpus, by its diagnosis."""
    found = [_case(path) for path in sorted(ANSWERS.glob("*/*.py"))]
    listed = tomllib.loads((ANSWERS / "course.toml").read_text(encoding="utf-8"))
    for diagnosis, paths in listed.items():
        for path in paths:
            folder, _, file = path.partition("/")
            found.append(_case(ROOT / "solutions" / folder / "wrong" / file, folder, diagnosis))
    order = list(IDS)
    return sorted(found, key=lambda case: (order.index(case.diagnosis), case.name))


def _case(path: Path, exercise: str = "", diagnosis: str = "") -> Case:
    text = path.read_text(encoding="utf-8")
    if not exercise:
        named = EXERCISE.search(text)
        assert named is not None, f"{path.name}: its docstring must name the exercise"
        exercise, diagnosis = named[1], path.parent.name
    fails = FAILS.findall(text)
    assert fails, f"{path.name}: its docstring must name `fails: test = diagnosis`"
    test = next(test for test, told in fails if told == diagnosis)
    return Case(path, exercise, test, diagnosis)


def seeded_course(folder: Path) -> Course:
    """The course's suites in `folder`, with random figures that are always the same."""
    suites = folder / "tests" / "exercises"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tests" / "exercises", suites, ignore=ignore)
    for suite in suites.glob("*/test_*.py"):
        text = suite.read_text(encoding="utf-8")
        suite.write_text(f"{text}\n\nimport pytest\n{SEEDED}", encoding="utf-8")
    return course.load(folder)


def right_answers() -> list[Case]:
    """The course's solutions and their `right/` files; their cases name no test."""
    return [
        Case(path, exercise.folder, "", "")
        for exercise in course.load(ROOT).exercises
        for path in [exercise.solution, *sorted((exercise.solutions / "right").glob("*.py"))]
    ]


def grade(chosen: Sequence[Case], jobs: int = 2) -> list[ExerciseResult]:
    """The verdicts, in the order of the cases; graded side by side by one runner."""
    with tempfile.TemporaryDirectory() as folder:
        exercises = {e.folder: e for e in seeded_course(Path(folder)).exercises}
        orders = []
        for case in chosen:
            order = session.order_of_course(exercises[case.exercise], case.path, case.shown)
            if order.job is not None and case.diagnosis in COMPUTING:
                job = replace(order.job, guard_seconds=COMPUTING[case.diagnosis])
                order = replace(order, job=job)
            orders.append(order)
        return Runner(jobs).run(orders)


def first_failure(result: ExerciseResult) -> TestResult | None:
    return next((test for test in result.tests if test.failure is not None), None)


def as_text(result: ExerciseResult) -> str:
    """What `grader run` writes, without colours."""
    out = StringIO()
    console = Console(file=out, width=COLUMNS, color_system=None, highlight=False)
    with chdir(ROOT):  # where the paths of the source lines begin
        terminal.render(_report(result), console)
    return normalised(out.getvalue())


def as_json(result: ExerciseResult) -> str:
    """The report until the first failure, and of that everything."""
    data = _report(result).model_dump(mode="json", by_alias=True, exclude={"constraints"})
    first = first_failure(result)
    tests = data["exercises"][0]["tests"]
    del tests[[test["id"] for test in tests].index(first.id) + 1 if first else len(tests) :]
    for test in tests:
        if first is not None and first.failure and first.failure.diagnosis == "held-over-io":
            # Whose thread has the next connection is chance.
            for span in test["timeline"]:
                span["label"] = re.sub(r"\d{5,}", "N", span["label"])
            test["timeline"].sort(key=str)
        del test["timeline"][MAX_SPANS:]
        if first is not None and first.failure and first.failure.diagnosis in COMPUTING:
            test["timeline"].clear()  # how far each request was when the guard rang is chance
        if first is not None and first.failure and first.failure.diagnosis == "never-finishes":
            # Which of several threads began once more as the test was ended is chance.
            test["timeline"] = [
                span
                for span in test["timeline"]
                if span["outcome"] != "running" or span["end"] > span["start"]
            ]
        if first is None or test["id"] != first.id:
            del test["timeline"], test["failure"], test["seconds"]
    return _lines(data)


def normalised(text: str) -> str:
    """Without what no two runs have in common: ids of processes, and time that was real."""
    text = re.sub(r"('(?:made_by|checksum)': )\d+", r"\1N", text)
    return re.sub(r"\d[\d.]* s of the processor's time", "N s of the processor's time", text)


def _lines(data: dict[str, Any]) -> str:
    """JSON with each span of a timeline on a line of its own."""
    spans: list[str] = []

    def keep(value: Any) -> Any:
        if isinstance(value, dict) and "lane" in value:
            spans.append(normalised(json.dumps(value, ensure_ascii=False)))
            return f"span {len(spans) - 1}"
        if isinstance(value, dict):
            return {key: keep(inner) for key, inner in value.items()}
        return [keep(inner) for inner in value] if isinstance(value, list) else value

    text = json.dumps(keep(data), ensure_ascii=False, indent=1)
    return re.sub(r'"span (\d+)"', lambda match: spans[int(match[1])], normalised(text)) + "\n"


def _report(result: ExerciseResult) -> Report:
    tests = [_reworded(test) for test in result.tests]
    known = result.model_copy(update={"real_seconds": 0.0, "tests": tests})
    report = session.report([known], "virtual")
    return report.model_copy(update={"python": "3"})


def _reworded(test: TestResult) -> TestResult:
    """With Python 3.11's words, before a line is broken."""
    if test.failure is None:
        return test
    told = {name: getattr(test.failure, name) for name in ("why", "actual", "fact")}
    for pattern, words in REWORDED:
        told = {name: re.sub(pattern, words, text) for name, text in told.items()}
    return test.model_copy(update={"failure": test.failure.model_copy(update=told)})


def write(chosen: Iterable[Case]) -> list[str]:
    """Write the golden files anew and return what is not as the answers' headers say."""
    chosen = list(chosen)
    told = []
    kept = set()
    for case, result in zip(chosen, grade(chosen), strict=True):
        first = first_failure(result)
        got = f"{first.id} = {first.failure.diagnosis}" if first and first.failure else "nothing"
        if got != f"{case.test} = {case.diagnosis}":
            told.append(f"{case.name}: expected {case.test} = {case.diagnosis}, got {got}")
        for suffix, text in (("txt", as_text(result)), ("json", as_json(result))):
            path = case.golden(suffix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            kept.add(path)
    if kept:
        everything = {case.golden(suffix) for case in cases() for suffix in ("txt", "json")}
        for path in set(GOLDEN.glob("*/*")) - everything:
            path.unlink()
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description="The corpus of diagnoses.")
    parser.add_argument("--write", action="store_true", help="write the golden files anew")
    parser.add_argument("names", nargs="*", help="only those whose name contains one of these")
    arguments = parser.parse_args()
    chosen = [
        case
        for case in cases()
        if not arguments.names or any(name in case.name for name in arguments.names)
    ]
    os.environ.setdefault("NO_COLOR", "1")
    if arguments.write:
        print("\n".join(write(chosen)) or "every answer has its diagnosis")
        return
    for case, result in zip(chosen, grade(chosen), strict=True):
        print(f"==== {case.name}\n{as_text(result)}")


if __name__ == "__main__":
    main()
