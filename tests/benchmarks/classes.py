"""The figures of `grader class`, beside a loop of `grader run` over the same learners."""

import json
import os
import random
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, STDOUT, Popen
from typing import IO

from grader.commands.classes import verdicts
from grader.commands.classes.verdicts import Store
from grader.course import circumstances
from grader.isolation import unix
from grader.model.errors import BROKE, FAILED, PASSED
from grader.wording import count
from tests.benchmarks import classroom
from tests.benchmarks.classroom import Answers
from tests.benchmarks.rows import Row
from tests.benchmarks.subjects import ROOT, MeasuringError, choose
from tests.grader import corpus
from tests.grader.commands.classes.conftest import contents

IDS = "01-08,12,13,18,19,26"
"""The thirteen exercises that the figures are promised for."""
HOSTILE = "checkout"
"""What all hostile answers of the corpus answer."""
PARTS = 5
MANY = 10
"""So many times the class: for the memory of the parent."""
MOST_FIRST = 60.0
MOST_UNCHANGED = 3.0
MOST_CHANGED = 4.0
MOST_MEGABYTES = 200.0
LOOK_REAL_SECONDS = 0.2

Cells = dict[tuple[str, str], object]
"""Of each answer, by learner and exercise: status, points, each test's status and diagnosis."""


@dataclass(frozen=True)
class Took:
    """Real seconds, the processor's of all processes (Linux), the parent's peak of memory."""

    real: float = 0.0
    processor: float = 0.0
    megabytes: float = 0.0

    def __add__(self, other: "Took") -> "Took":
        most = max(self.megabytes, other.megabytes)
        return Took(self.real + other.real, self.processor + other.processor, most)

    def __str__(self) -> str:
        return f"{self.real:.1f} s, {self.processor:.1f} s of CPU"


class School:
    """A class, and where what comes of it goes; `first` is what the first run took, `same` what
    the next one did."""

    first = same = Took()

    def __init__(self, base: Path, learners: int, ids: str) -> None:
        self.base = base
        self.ids = ids
        self.course, self.exercises = choose([ids], given=True)
        self.answers = classroom.draw(learners, self.exercises)
        self.attacked = next((e for e in self.exercises if e.slug == HOSTILE), self.exercises[0])
        self.submissions = self.room("submissions", self.answers)

    def room(self, name: str, answers: Answers, *, zipped: int = classroom.ZIPPED) -> Path:
        folder = self.base / name
        folder.mkdir()
        classroom.hand_in(answers, folder, zipped=zipped)
        return folder

    def words(self, to: str, *more: str, where: Path | None = None) -> tuple[str, ...]:
        """Those of `grader class`, whose files go to the folder `to`."""
        places = (str(where or self.submissions), "--to", str(self.base / to))
        return ("class", *places, "--exercises", self.ids, *more)

    def grade(self, to: str, *more: str, where: Path | None = None) -> Took:
        return command(*self.words(to, *more, where=where), ends_with=(PASSED, BROKE))

    def files(self, to: str) -> dict[str, bytes]:
        return contents(self.base / to)

    def cells(self, to: str) -> Cells:
        report = json.loads((self.base / to / "class.json").read_bytes())
        return {
            (learner["id"], a["exercise"]): (a["status"], a["points"], a["tests"], a["diagnoses"])
            for learner in report["learners"]
            for a in learner["answers"]
        }


def command(*words: str, ends_with: tuple[int, ...] = (PASSED,)) -> Took:
    """`grader WORDS`. Raises MeasuringError when it ends with another exit code."""
    started, used, peak = time.perf_counter(), 0.0, 0.0
    with tempfile.TemporaryFile() as output:
        process = _begin(words, output)
        while process.poll() is None:
            # Of who has ended in a sandbox, only its processes out there know.
            used = max(used, unix.computed(process.pid)[0])
            peak = max(peak, _peak(process.pid))
            time.sleep(LOOK_REAL_SECONDS)
        real = time.perf_counter() - started
        output.seek(0)
        last = " / ".join(output.read().decode(errors="replace").strip().splitlines()[-3:])
    if process.returncode not in ends_with:
        raise MeasuringError(f"`grader {' '.join(words)}` ended with {process.returncode}: {last}")
    return Took(real, used, peak)


def _begin(words: tuple[str, ...], output: IO[bytes] | int = DEVNULL) -> "Popen[bytes]":
    program = [sys.executable, "-m", "grader", *words]
    return Popen(program, cwd=ROOT, stdout=output, stderr=STDOUT)


def _peak(pid: int) -> float:
    """Megabytes that the process has had at most; 0 when it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


# -- figures -----------------------------------------------------------------


def first(school: School) -> list[Row]:
    """The first run beside the loop, and whether both say the same."""
    taken = school.first = school.grade("points")
    bare = _without_circumstances(school)
    loop, alone = _loop(school)
    cells = school.cells("points")
    different = len(set((school.base / "points/.verdicts").rglob("*.json")))
    apart = sum(cells[key] != alone[key] for key in cells)
    what = f"{count(len(school.answers), 'learner')}, {count(len(cells), 'answer')}"
    return [
        Row(
            f"first run, {what}, {different:,} different, beside `grader run` for each learner",
            str(taken),
            str(loop),
            f"{taken.processor / loop.processor:.2f} of the CPU",
            f"<= {MOST_FIRST:g} s",
            taken.real <= MOST_FIRST,
        ),
        Row(
            "that first run, beside one without the circumstances of the second examiner",
            str(taken),
            str(bare),
            f"{taken.processor / bare.processor:.2f} of the CPU",
        ),
        Row(
            "verdicts that are not those of single runs",
            f"{apart} of {len(cells)}",
            goal="0",
            met=cells.keys() == alone.keys() and apart == 0,
        ),
    ]


def _without_circumstances(school: School) -> Took:
    os.environ[circumstances.SWITCH] = "off"
    try:
        return school.grade("bare")
    finally:
        del os.environ[circumstances.SWITCH]


def _loop(school: School) -> tuple[Took, Cells]:
    """What a teacher does without `grader class`, on folders: it reads no zips."""
    folder = school.room("unpacked", school.answers, zipped=0)
    total, cells = Took(), Cells()
    for learner in school.answers:
        report = school.base / f"{learner}.json"
        answers = f"--answers={folder / learner / 'exercises'}"
        form = ("--format=json", f"--output={report}", "--isolation=sandbox")
        total += command("run", school.ids, answers, *form, ends_with=(PASSED, FAILED))
        for each in json.loads(report.read_bytes())["exercises"]:
            tests = {test["id"]: test["status"] for test in each["tests"]}
            why = {t["id"]: t["failure"]["diagnosis"] for t in each["tests"] if t["failure"]}
            cells[learner, each["id"]] = (each["status"], each["points"], tests, why)
    return total, cells


def again(school: School) -> list[Row]:
    """The same class again, and with one other answer."""
    before = school.files("points")
    same = school.same = school.grade("points")
    is_same = school.files("points") == before
    shutil.copytree(school.base / "points", school.base / "changed")
    learner, texts = next(iter(school.answers.items()))
    other = {**texts, school.attacked: school.attacked.solution.read_text() + "\n# another\n"}
    changed = school.grade(
        "changed", where=school.room("other", {**school.answers, learner: other})
    )
    return [
        Row(
            f"the same class again, {'the same bytes' if is_same else 'OTHER BYTES'}",
            str(same),
            goal=f"<= {MOST_UNCHANGED:g} s",
            met=is_same and same.real <= MOST_UNCHANGED,
        ),
        Row(
            f"one changed answer, {school.attacked.folder}, which passes",
            str(changed),
            goal=f"<= {MOST_CHANGED:g} s",
            met=changed.real <= MOST_CHANGED,
        ),
    ]


def killed(school: School, kills: int) -> list[Row]:
    """`kill -9` at random moments, of which half come before anything is graded."""
    for _ in range(kills):
        process = _begin(school.words("killed"))
        time.sleep(random.uniform(0.0, 2 * (school.same.real + school.first.real / kills)))
        process.kill()
        process.wait()
    last = school.grade("killed")
    what = f"`kill -9` at {count(kills, 'random moment')}, then the bytes of one run"
    return [_as_one_run(school, what, "killed", f"the last run: {last}")]


def _as_one_run(school: School, what: str, to: str, beside: str) -> Row:
    there, whole = school.files(to), school.files("points")
    other = sum(there.get(name) != whole.get(name) for name in there.keys() | whole.keys())
    return Row(what, f"{count(other, 'other file')} of {len(whole):,}", beside, "", "0", other == 0)


def parts(school: School) -> list[Row]:
    """Each part graded for itself, then merged."""
    names = [f"part{number}" for number in range(1, PARTS + 1)]
    taken = [school.grade(name, "--part", f"{at}/{PARTS}") for at, name in enumerate(names, 1)]
    folders = [str(school.base / name) for name in names]
    merged = command("class", "merge", *folders, "--to", str(school.base / "merged"))
    longest = max(taken, key=lambda each: each.real)
    beside = f"the longest part: {longest}; merge: {merged}"
    what = f"{count(PARTS, 'part')} merged, then the bytes of one run"
    return [_as_one_run(school, what, "merged", beside)]


def many(school: School) -> list[Row]:
    """The parent's memory with ten such classes in one, in which no two answers are alike.

    All but one are known: their verdicts are those of the answers that they are but for a comment.
    """
    found, made = (Store(school.base / to / ".verdicts") for to in ("points", "many"))
    keys = verdicts.keys(school.exercises, school.course.root, "sandbox")
    answers: Answers = {}
    for number in range(MANY):
        for name, texts in school.answers.items():
            learner = f"{name}-{number}"
            answers[learner] = {e: f"{text}\n# {learner}\n" for e, text in texts.items()}
            for exercise, text in texts.items():
                other = answers[learner][exercise].encode()
                known = found.load(keys.of(exercise, text.encode()))
                assert known is not None
                made.save(keys.of(exercise, other), known.whole(), other)
    last = made.path(keys.of(exercise, other))
    last.unlink()
    taken = school.grade("many", where=school.room("crowd", answers, zipped=0))
    total = len(answers) * len(school.exercises)
    return [
        Row(
            f"the parent's memory, {len(answers):,} learners, {total:,} answers, all different",
            f"{taken.megabytes:.0f} MB",
            str(taken),
            goal=f"<= {MOST_MEGABYTES:g} MB",
            met=taken.megabytes <= MOST_MEGABYTES,
        )
    ]


def hostile(school: School) -> list[Row]:
    """The class once more, with the hostile answers of the corpus in it."""
    folder = school.room("hostile", school.answers)
    exercise = school.attacked
    cases = [case for case in corpus.cases(["hostile"]) if case.exercise == exercise.slug]
    for case in cases:
        place = folder / f"hostile-{case.name}" / exercise.folder
        place.mkdir(parents=True)
        corpus.hand_in(case, place / exercise.file)
    taken = school.grade("attacked", "--exercises", exercise.slug, where=folder)
    before, after = school.cells("points"), school.cells("attacked")
    own = [key for key in after if key[0] in school.answers]
    changed = sum(before[key] != after[key] for key in own)
    return [
        Row(
            f"cells that {count(len(cases), 'hostile answer')} among the class change",
            f"{changed} of {len(own)}",
            str(taken),
            goal="0",
            met=changed == 0,
        )
    ]


def measured(learners: int, kills: int, ids: str) -> list[Row]:
    """Every figure. Raises MeasuringError."""
    with tempfile.TemporaryDirectory(prefix="awaitlings-bench-") as name:
        school = School(Path(name), learners, ids)
        rows = first(school)
        rows += again(school)
        rows += killed(school, kills)
        rows += parts(school)
        rows += many(school)
        return rows + hostile(school)
