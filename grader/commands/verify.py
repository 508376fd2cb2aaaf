"""`grader verify`: the course's promises, held against every file of the course.

Every stub scores 0; every solution and every right/ file scores full; every wrong/ file
fails exactly the tests that its header names, each with the named diagnosis.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from grader import diagnosis
from grader.course import circumstances, folders, ghosts, patches, stubs, suites
from grader.course.exercises import Course, Exercise
from grader.course.folders import FOLDER, SETTINGS
from grader.course.manifests import Counts
from grader.course.parcel import SIGNED
from grader.model.errors import GraderError
from grader.model.report import ExerciseResult
from grader.parent import session
from grader.parent.conversation import Order
from grader.parent.runner import Runner, counting
from grader.parent.verdict import lost_tests

FAILS = re.compile(r"fails: (\w+) = ([a-z-]+)")
STATUS = re.compile(r"status: ([a-z_]+)")


@dataclass(frozen=True)
class Promise:
    """What one answer must come to: `fails` maps test ids to diagnoses."""

    path: Path
    shown: str
    exercise: Exercise
    kind: str
    fails: dict[str, str] = field(default_factory=dict)
    status: str | None = None

    def broken_by(self, result: ExerciseResult) -> list[str]:
        """One sentence per difference between the promise and the verdict."""
        if self.kind == "stub":
            ok = result.status == "not_started" and result.points == 0
            what = f"{result.status} with {result.points} points"
            return [] if ok else [f"{self.shown}: an untouched stub must be not_started: {what}."]
        if self.kind in ("solution", "right"):
            return self._must_pass(result)
        return self._must_fail(result)

    def _must_pass(self, result: ExerciseResult) -> list[str]:
        if result.status == "passed":
            return []
        why = [
            f"{self.shown}: {test.id} must pass: {test.failure.why if test.failure else ''}"
            for test in result.tests
            if test.status != "passed"
        ]
        return [self._problem(result.problem)] if result.problem else why

    def _problem(self, problem: str) -> str:
        """A problem that names its file already needs no second name."""
        return problem if problem.startswith(self.shown) else f"{self.shown}: {problem}"

    def _must_fail(self, result: ExerciseResult) -> list[str]:
        if self.status is not None:
            same = result.status == self.status
            return [] if same else [f"{self.shown}: must be {self.status}, is {result.status}."]
        if result.problem is not None:
            return [self._problem(result.problem)]
        found = {
            test.id: test.failure.diagnosis
            for test in result.tests
            if test.status == "failed" and test.failure is not None
        }
        told = []
        for test in sorted(self.fails.keys() | found.keys()):
            wanted, got = self.fails.get(test), found.get(test)
            if wanted != got:
                told.append(
                    f"{self.shown}: {test}: the header says {wanted or 'it passes'}, "
                    f"the grader says {got or 'it passes'}."
                )
        return told


@dataclass(frozen=True)
class Verification:
    """What `verify` found: how many answers it judged, every broken promise, and what a suite
    says does not apply to it."""

    answers: int
    problems: list[str]
    exceptions: list[str]


def verify(
    course: Course,
    selection: tuple[Exercise, ...],
    runner: Runner | None = None,
    on_result: Callable[[int, int], None] | None = None,
) -> Verification:
    """Hold the selected exercises to the course's promises; `on_result` gets done and all."""
    problems = _stray_files(course) + _numbering(course)
    counts = course.manifest.answers if course.manifest is not None else Counts()
    promises: list[Promise] = []
    exceptions: list[str] = []
    for exercise in selection:
        problems += _parts(exercise)
        excepted, unclear = _exceptions(exercise)
        exceptions += excepted
        problems += unclear
        made, wrong = _promises(exercise, counts)
        promises += made
        problems += wrong
    orders = list(map(_order, promises))
    results = (runner or Runner()).run(orders, counting(on_result, len(orders)))
    unusable = dict.fromkeys(
        promise.exercise
        for promise, result in zip(promises, results, strict=True)
        if result.is_suites_fault
    )
    problems += map(lost_tests, unusable)
    for promise, result in zip(promises, results, strict=True):
        if promise.exercise not in unusable:
            problems += promise.broken_by(result)
    return Verification(len(results), problems, exceptions)


def _order(promise: Promise) -> Order:
    if promise.kind in patches.KINDS:
        return session.order_of_course(promise.exercise, promise.path, promise.shown)
    return session.order(promise.exercise, promise.path, promise.shown, "virtual")


def _promises(exercise: Exercise, counts: Counts) -> tuple[list[Promise], list[str]]:
    problems: list[str] = []
    promises = [
        Promise(exercise.stub, _shown(exercise, exercise.stub), exercise, "stub"),
        Promise(exercise.solution, _shown(exercise, exercise.solution), exercise, "solution"),
    ]
    for kind, least in (("right", counts.right), ("wrong", counts.wrong)):
        paths = sorted((exercise.solutions / kind).glob("*.py"))
        if len(paths) < least:
            where = f"solutions/{exercise.folder}/{kind}"
            problems.append(f"{where} has {len(paths)} files; it needs {least}.")
        for path in paths:
            shown = _shown(exercise, path)
            text = docstring(path)
            if not text:
                problems.append(f"{shown}: its docstring must say in one line what it shows.")
            if repeated := _repeated(path):
                problems.append(f"{shown}: the solution has the same {repeated}: leave it out.")
            fails = dict(FAILS.findall(text)) if kind == "wrong" else {}
            if not circumstances.are_on() and fails.keys() & set(circumstances.IDS):
                continue
            status = STATUS.search(text)
            own = {each.id for each in exercise.diagnoses}
            for diagnosed in set(fails.values()) - diagnosis.IDS.keys() - own:
                problems.append(
                    f"{shown}: there is no diagnosis {diagnosed}; `grader explain` lists them."
                )
            for test in fails.keys() - {test.id for test in exercise.tests}:
                problems.append(f"{shown}: there is no test {test}.")
            drawn = ghosts.kind(text)
            if drawn is not None and (kind != "wrong" or drawn not in ghosts.KINDS):
                problems.append(
                    f"{shown}: `drawn:` is for wrong answers: {', '.join(ghosts.KINDS)}."
                )
            if kind == "wrong" and not fails and status is None:
                problems.append(f"{shown}: its docstring must name `fails: test = diagnosis`.")
            promises.append(
                Promise(path, shown, exercise, kind, fails, status[1] if status else None)
            )
    return promises, problems


def _parts(exercise: Exercise) -> list[str]:
    """What an exercise must have beside its suite."""
    problems = []
    for path in (exercise.stub, exercise.lesson, exercise.solution, exercise.original):
        if not path.is_file():
            problems.append(f"{_shown(exercise, path)} is missing.")
    settings = exercise.suite.with_name(SETTINGS)
    for path in (settings, exercise.suite, exercise.stub, exercise.lesson, exercise.solution):
        if (line := _to_do(path)) is not None:
            problems.append(f"{_shown(exercise, path)}, line {line}, still says TODO.")
    if exercise.original.is_file() and not stubs.is_original(exercise):
        problems.append(
            f"{_shown(exercise, exercise.original)} differs from "
            f"{_shown(exercise, exercise.stub)}: copy the stub there."
        )
    try:
        tests = exercise.tests
    except GraderError as error:
        return [*problems, str(error)]
    if any(test.points < 1 for test in tests):
        problems.append(f"{exercise.folder}: a test's points must be whole and positive.")
    if exercise.stub.is_file() and not docstring(exercise.stub):
        problems.append(f"{_shown(exercise, exercise.stub)} has no docstring.")
    return problems


def _exceptions(exercise: Exercise) -> tuple[list[str], list[str]]:
    """What does not apply to the suite, with the reason; and marks that say neither."""
    told, unclear = [], []
    try:
        found = suites.exceptions(exercise.suite)
    except (OSError, SyntaxError):
        return [], []  # told with its tests
    for circumstance, reason in found:
        if circumstance not in circumstances.IDS or not reason:
            unclear.append(
                f"{_shown(exercise, exercise.suite)}: except_for needs the name of a circumstance "
                f"and the reason in a learner's words, not {circumstance!r} and {reason!r}."
            )
        else:
            told.append(f"{exercise.slug} is not asked {circumstance}: {reason}.")
    return told, unclear


def _stray_files(course: Course) -> list[str]:
    """Files in the three folders that belong to no exercise."""
    problems = []
    folders = {exercise.folder: exercise for exercise in course.exercises}
    for part in ("exercises", "solutions", "tests/exercises"):
        base = course.root / part
        for path in sorted(base.iterdir()) if base.is_dir() else []:
            if path.is_dir() and FOLDER.fullmatch(path.name) and path.name not in folders:
                problems.append(f"{part}/{path.name} belongs to no exercise.")
    for exercise in course.exercises:
        allowed = {
            "exercises": {exercise.file, "README.md"},
            "solutions": {exercise.file, "right", "wrong"},
            "tests/exercises": {
                exercise.suite.name,
                SETTINGS,
                SIGNED,
                exercise.original.name,
            },
        }
        for part, names in allowed.items():
            folder = course.root / part / exercise.folder
            if not folder.is_dir():
                problems.append(f"{part}/{exercise.folder} is missing.")
                continue
            for path in sorted(folder.iterdir()):
                if path.name not in names and not _is_made(path):
                    problems.append(f"{part}/{exercise.folder}/{path.name} does not belong there.")
    return problems


def _is_made(path: Path) -> bool:
    """Made by Python, by a running answer or by `grader reset`, and not committed."""
    return path.name == "__pycache__" or path.suffix in (".db", ".bak", ".pyc")


def _numbering(course: Course) -> list[str]:
    """Chapters must not be torn apart by the numbers."""
    seen: list[str] = []
    problems = []
    for exercise in sorted(course.exercises, key=lambda exercise: exercise.number):
        chapter = exercise.settings.chapter
        if chapter in seen and seen[-1] != chapter:
            problems.append(f"{exercise.folder} is out of order: its chapter has ended before it.")
        seen.append(chapter)
    return problems


def _to_do(path: Path) -> int | None:
    """The first line that an author still has to write; `grader new` marks each so."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if "TODO" in line), None)


def docstring(path: Path) -> str:
    """What an answer's file says of itself."""
    try:
        return ast.get_docstring(ast.parse(path.read_bytes())) or ""
    except (OSError, SyntaxError, ValueError):
        # A wrong answer may be a file that Python cannot read: then a comment says what it is.
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        return "\n".join(line[1:].strip() for line in text.splitlines() if line.startswith("#"))


def _repeated(path: Path) -> str:
    """Names that an answer need not define; nothing where another promise is broken already."""
    try:
        return ", ".join(patches.repeated(path))
    except GraderError:
        return ""


def _shown(exercise: Exercise, path: Path) -> str:
    return folders.shown_path(path, exercise.root)
