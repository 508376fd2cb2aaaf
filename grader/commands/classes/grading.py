"""The use case: find a class's answers, grade what is new, and say what came of it."""

import platform
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from grader.commands.classes import known, late, roster, starters, verdicts
from grader.commands.classes.finding import Found, find
from grader.commands.classes.roster import Member
from grader.commands.classes.trees import UnreadableError
from grader.commands.classes.verdicts import Keys, Store, digest
from grader.course import constraints
from grader.course.exercises import Course, Exercise
from grader.model.class_report import (
    ClassAnswer,
    ClassExercise,
    ClassReport,
    ClassTest,
    Learner,
)
from grader.model.report import ExerciseResult, Isolation
from grader.parent import children, session
from grader.parent.conversation import Order
from grader.parent.runner import Runner
from grader.reports import harmless, reasons
from grader.reports.classes import groups
from grader.security import intake

AT_ONCE = 100
"""Answers that the runner is given together: their verdicts are in memory until all are there."""
MAX_REASON = 400

Heard = Callable[[int, int, int], object]
"""Hears how many answers are done, how many there are, and how many of them were known."""


@dataclass(frozen=True)
class Request:
    """What a teacher asks for; `part` is 2 of `parts` 5, `engine` a cluster's `dask:ADDRESS`."""

    submissions: Path
    selection: tuple[Exercise, ...]
    isolation: Isolation = "sandbox"
    roster: Path | None = None
    due: str | None = None
    late: Path | None = None
    jobs: int | None = None
    part: int = 1
    parts: int = 1
    engine: str | None = None


@dataclass
class Work:
    """Answers to be graded: for each key, one order, however many have handed that in."""

    orders: dict[str, Order] = field(default_factory=dict)
    sources: dict[str, bytes] = field(default_factory=dict)
    ungraded: dict[str, ExerciseResult] = field(default_factory=dict)


def grade(
    course: Course, request: Request, store: Store, heard: Heard = lambda *_: None
) -> ClassReport:
    """The class's report. Raises GraderError."""
    deadline = late.deadline(request.due, request.late)
    grade_all = _engine(course, request)
    selection = request.selection
    people = roster.read(request.roster) if request.roster is not None else None
    found = find(request.submissions, [exercise.file for exercise in selection])
    members = [m for m in roster.join(found, people) if _is_in_part(m.id, request)]
    keys = verdicts.keys(selection, course.root, request.isolation)
    taken = {m.id: _take(m.found, selection, keys) for m in members if m.found is not None}
    work = _work(taken, store)
    _run(work, grade_all, store, heard, sum(len(each) for each in taken.values()))
    rows = _Rows(store, work)
    learners = [
        _learner(member, taken.get(member.id), people is not None, deadline, rows)
        for member in members
    ]
    report = ClassReport(
        schema="awaitlings/class/1",
        isolation=request.isolation,
        python=platform.python_version(),
        libraries=keys.libraries,
        grader=keys.grader,
        constraints=constraints.digest(course.root),
        part=request.part,
        parts=request.parts,
        due=request.due or "",
        exercises=[_exercise(exercise, keys) for exercise in selection],
        learners=learners,
    )
    return groups.complete(report, known.read(selection))


def _is_in_part(id: str, request: Request) -> bool:
    """By the name alone, so that each machine takes the same learners in each run."""
    return int(digest(id.casefold().encode())[:8], 16) % request.parts == request.part - 1


@dataclass(frozen=True)
class Taken:
    """One answer as it was found: bytes, or why there are none. `problem`: nobody could read it."""

    exercise: Exercise
    data: bytes | intake.Unusable
    key: str
    problem: str = ""

    @property
    def shown(self) -> str:
        return f"exercises/{self.exercise.folder}/{self.exercise.file}"


def _take(found: Found, selection: tuple[Exercise, ...], keys: Keys) -> list[Taken]:
    """Their answers; none when there is a problem with all of them."""
    return [] if found.tree is None else [_taken(found, each, keys) for each in selection]


def _taken(found: Found, exercise: Exercise, keys: Keys) -> Taken:
    try:
        data = found.take(exercise)
    except UnreadableError as error:
        return Taken(exercise, b"", "", f"{found.where} {error}.")
    if isinstance(data, bytes):
        return Taken(exercise, data, keys.of(exercise, data))
    if data.is_readers_fault:
        return Taken(exercise, data, "", data.sentence)
    # It has no bytes: what is said of it decides. No answer is text that begins with NUL.
    return Taken(exercise, data, keys.of(exercise, b"\0" + data.sentence.encode()))


def _work(taken: Mapping[str, list[Taken]], store: Store) -> Work:
    """What no verdict is known of, exercise by exercise, the largest suites first."""
    new: dict[str, Taken] = {}
    for answers in taken.values():
        for each in answers:
            if not each.problem and each.key not in new and store.load(each.key) is None:
                new[each.key] = each
    work = Work()
    for key, each in sorted(new.items(), key=lambda pair: -len(pair[1].exercise.tests)):
        order = session.order_of(each.exercise, each.data, each.shown, "virtual")
        if order.job is not None:
            order = replace(order, job=replace(order.job, seed=bytes.fromhex(key)))
        work.orders[key] = order
        work.sources[key] = each.data if isinstance(each.data, bytes) else b""
    return work


Keep = Callable[[str, ExerciseResult], None]
Engine = Callable[[Mapping[str, Order], Keep], None]
"""Grades orders, and tells each verdict with its key as soon as it is there."""


def _engine(course: Course, request: Request) -> Engine:
    """What grades: this machine, or a cluster. Raises GraderError when it cannot."""
    if request.engine is None:
        runner = Runner(request.jobs, isolation=request.isolation, judged=True)
        return lambda orders, keep: _here(runner, orders, keep)
    from grader.commands.classes import cluster

    address = cluster.address_of(request.engine)
    suites = tuple(exercise.suite for exercise in request.selection)
    errand = cluster.Errand(secrets.token_hex(), course.root, suites, request.isolation)
    return lambda orders, keep: cluster.grade(orders, errand, address, request.jobs, keep)


def _here(runner: Runner, orders: Mapping[str, Order], keep: Keep) -> None:
    suites = dict.fromkeys(order.exercise.suite for order in orders.values())
    verdicts.fix_hashes()
    children.start(suites, runner.isolation)
    for batch in _batches(orders):
        keys = list(batch)

        def hear(index: int, result: ExerciseResult, keys: list[str] = keys) -> None:
            keep(keys[index], result)

        runner.run(list(batch.values()), hear)


def _run(work: Work, grade_all: Engine, store: Store, heard: Heard, answers: int) -> None:
    """Grade what is new; each verdict is stored as soon as it is there."""
    cached = answers - len(work.orders)
    done = cached
    heard(done, answers, cached)
    if not work.orders:
        return

    def keep(key: str, result: ExerciseResult) -> None:
        nonlocal done
        if result.is_graders_fault or result.is_suites_fault:
            work.ungraded[key] = result
        else:
            store.save(key, result, work.sources[key])
        done += 1
        heard(done, answers, cached)

    grade_all(work.orders, keep)


def _batches(orders: Mapping[str, Order]) -> Iterator[dict[str, Order]]:
    left = iter(orders.items())
    while batch := dict(islice(left, AT_ONCE)):
        yield batch


def _learner(
    member: Member,
    taken: list[Taken] | None,
    has_roster: bool,
    deadline: late.Deadline | None,
    rows: "_Rows",
) -> Learner:
    found, person = member.found, member.person
    learner = Learner(
        id=member.id,
        name=member.name,
        names=list(member.names),
        section=person.section if person else "",
        state="nothing handed in",
        is_in_roster=person is not None if has_roster else None,
        found_in=found.where if found else "",
    )
    if found is None or taken is None:
        return learner
    answers = [rows.of(each) for each in taken]
    is_graded = bool(answers) and all(answer.status != "not_graded" for answer in answers)
    problem = found.problem or next((a.reason for a in answers if a.status == "not_graded"), "")
    github, listed = starters.look(found)
    learner = learner.model_copy(
        update={
            "state": "graded" if is_graded else "not graded",
            "problem": harmless.line(problem),
            "answers": answers,
            "github": github,
            "listed": listed,
        }
    )
    return _dated(learner, member, deadline)


def _dated(learner: Learner, member: Member, deadline: late.Deadline | None) -> Learner:
    """With when it was handed in and what that costs, where something is due."""
    if deadline is None:
        return learner
    when, by = late.handed_in(member)
    if when is None:
        return learner
    days, points = deadline.days_late(when, member.names), learner.points
    return learner.model_copy(
        update={
            "handed_in": when.isoformat(),
            "handed_in_by": by,
            "days_late": days,
            "after_late": None if points is None else deadline.after(points, days),
        }
    )


@dataclass
class _Rows:
    """What the report says of each answer; of equal ones it is read once."""

    store: Store
    work: Work
    known: dict[str, ClassAnswer] = field(default_factory=dict)

    def of(self, taken: Taken) -> ClassAnswer:
        if taken.problem:
            return self._not_graded(taken, taken.problem)
        if taken.key not in self.known:
            self.known[taken.key] = self._read(taken)
        return self.known[taken.key]

    def _read(self, taken: Taken) -> ClassAnswer:
        verdict = self.store.load(taken.key)
        if verdict is None:
            failed = self.work.ungraded[taken.key]
            answer = self._not_graded(taken, failed.problem or "The grader has failed.")
            return answer.model_copy(update={"flags": failed.flags})
        result = verdict.whole()
        return ClassAnswer(
            exercise=result.id,
            status=result.status,
            points=result.points,
            digest=_digest(taken),
            verdict=taken.key,
            reason=harmless.line(reasons.sentence(result), MAX_REASON),
            flags=result.flags,
            tests={test.id: test.status for test in result.tests},
            diagnoses={t.id: t.failure.diagnosis for t in reasons.failures(result) if t.failure},
        )

    def _not_graded(self, taken: Taken, why: str) -> ClassAnswer:
        return ClassAnswer(
            exercise=taken.exercise.slug,
            status="not_graded",
            points=None,
            digest=_digest(taken),
            verdict="",
            reason=harmless.line(why, MAX_REASON),
        )


def _digest(taken: Taken) -> str:
    return digest(taken.data) if isinstance(taken.data, bytes) and taken.data else ""


def _exercise(exercise: Exercise, keys: Keys) -> ClassExercise:
    tests = [ClassTest(id=t.id, title=t.title, max_points=t.points) for t in exercise.tests]
    return ClassExercise(
        id=exercise.slug,
        number=exercise.number,
        title=exercise.settings.title,
        max_points=sum(test.max_points for test in tests),
        suite=keys.suites[exercise.slug],
        tests=tests,
    )
