"""The grader's figures, each measured beside what it is compared with, in one run.

python tests/benchmarks/bench.py [--quick] [NAME ...]
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from grader.course import circumstances
from grader.course.exercises import Course, Exercise
from grader.isolation import probe
from grader.model.errors import FAILED, INTERRUPTED, PASSED, UNUSABLE, GraderError
from grader.model.report import ClockName, ExerciseResult, Isolation, Report
from grader.parent import children, spawned
from grader.parent.conversation import Order
from grader.parent.runner import Runner
from grader.security import gate
from grader.system import START
from grader.wording import count
from tests.benchmarks import classes, lives, saves
from tests.benchmarks.gradings import OVERSUBSCRIBED, Gradings, crowded, under_load
from tests.benchmarks.rows import Row, table
from tests.benchmarks.subjects import (
    ROOT,
    MeasuringError,
    choose,
    command,
    furnish,
    grade,
    must_pass,
)
from tests.grader.judge.test_course import disagreements
from tests.grader.unaudited import unaudited

USUAL = "02,06,12,18"
SINGLE = "checkout"
"""The one exercise that a warm verdict and a cold pytest are measured on."""
JUDGED = re.compile(r"([\d,]+) answers? judged, ([\d,]+) broken promises?")

FASTER_THAN_REAL = 20.0
WARM_OF_PYTEST = 0.2
COLD_OF_PYTEST = 1.5
MOST_GROWTH = 1.0
MOST_VISITED = 5.0
"""Seconds that a thousand visitors in one test may compute."""
MOST_ISOLATION = 0.03
"""Seconds that a level of isolation may add to one exercise."""
MOST_EXAMINED = 3.0
MOST_LOOKED, MOST_JUDGED = 0.15, 1.3
"""The judge's second look: seconds for one exercise, and of a whole grading."""
MOST_GROWN = 1.1
"""Of one run beside two: more than linear would be above 1; a tenth is the machine's noise."""
ISOLATED = 8
"""Verdicts per level and repeat: their difference is small beside their spread."""
WAITING_REAL_SECONDS = 4.0
"""So long a new Python gets to import everything before it is asked."""


class Bench:
    """What the figures share: the answers, a warm runner, how often to measure."""

    def __init__(
        self,
        course: Course,
        exercises: tuple[Exercise, ...],
        folder: Path,
        counts: argparse.Namespace,
    ) -> None:
        self.course = course
        self.exercises = exercises
        self.rooms = furnish(folder, exercises, counts.wrong)
        self.solutions = self.rooms[0]
        self.counts = counts
        children.start(exercise.suite for exercise in exercises)
        self.runner = Runner()
        must_pass(grade(course, self.solutions, self.runner))  # it also warms the server

    @property
    def single(self) -> Exercise:
        for exercise in self.exercises:
            if exercise.slug == SINGLE:
                return exercise
        return self.exercises[0]

    @cached_property
    def virtual_gradings(self) -> Gradings:
        return self._gradings("virtual", self.counts.count)

    @cached_property
    def real_gradings(self) -> Gradings:
        return self._gradings("real", self.counts.real_count)

    def _gradings(self, clock: ClockName, number: int) -> Gradings:
        tell(f"  {number} gradings under load, {clock} clock")
        return under_load(self.course, self.rooms, self.runner, clock, number)

    def grading(
        self,
        clock: ClockName,
        only: tuple[Exercise, ...] | None = None,
        runner: Runner | None = None,
    ) -> tuple[float, Report]:
        """Real seconds from asking for the solutions' verdicts to the report, and the report.

        Raises MeasuringError when one fails, but on the real clock: that may be its own doing.
        """
        started = time.perf_counter()
        report = grade(self.course, self.solutions, runner or self.runner, clock, only)
        seconds = time.perf_counter() - started
        if clock == "virtual":
            must_pass(report)
        return seconds, report

    def run_seconds(self, clock: ClockName = "virtual") -> float:
        """Real seconds of the command `grader run` on the solutions."""
        ids = [exercise.slug for exercise in self.exercises]
        where = f"--answers={self.solutions.folder}"
        codes = (PASSED,) if clock == "virtual" else (PASSED, FAILED)
        words = ("-m", "grader", "run", *ids, where, f"--clock={clock}")
        return command(*words, ends_with=codes)[0]

    def pytest_seconds(self) -> float:
        """Real seconds of plain pytest on the suite of the single exercise."""
        where = f"--answers={self.solutions.folder}"
        return command("-m", "pytest", str(self.single.suite), where, "-p", "no:cacheprovider")[0]


# -- figures -----------------------------------------------------------------


def clocks(bench: Bench) -> list[Row]:
    """The solutions on the virtual clock against the real one."""
    what = f"{len(bench.exercises)} solutions, virtual clock beside real"
    # Side by side the ratio depends on what a second child costs the first one.
    one_by_one = _clocks(bench, Runner(1), f"{what}, warm, one by one", FASTER_THAN_REAL)
    side_by_side = _clocks(bench, bench.runner, f"{what}, warm, side by side", None)
    cold_virtual, cold_real = bench.run_seconds("virtual"), bench.run_seconds("real")
    cold = Row(
        f"{what}, as cold commands",
        f"{cold_virtual:.2f} s",
        f"{cold_real:.2f} s",
        f"{cold_real / cold_virtual:.1f} x",
    )
    return [one_by_one, side_by_side, cold]


def _clocks(bench: Bench, runner: Runner, what: str, goal: float | None) -> Row:
    virtual, real, failed = [], [], 0
    for _ in range(bench.counts.repeat):
        seconds, report = bench.grading("real", runner=runner)
        real.append(seconds)
        failed += sum(exercise.status != "passed" for exercise in report.exercises)
        virtual += [bench.grading("virtual", runner=runner)[0] for _ in range(3)]
    if failed:
        tell(f"  on the real clock {failed} solutions failed: the machine is busy")
    ratio = median(real) / median(virtual)
    return Row(
        what,
        f"{median(virtual):.3f} s",
        f"{median(real):.2f} s",
        f"{ratio:.1f} x",
        "" if goal is None else f">= {goal:g} x",
        None if goal is None else ratio >= goal,
    )


def warm(bench: Bench) -> list[Row]:
    """A warm verdict, and the cold command, against one cold pytest."""
    single = (bench.single,)
    bench.pytest_seconds()  # bytecode gets written once
    verdict, cold, pytest = [], [], []
    for _ in range(bench.counts.repeat):
        pytest.append(bench.pytest_seconds())
        cold.append(bench.run_seconds())
        verdict += [bench.grading("virtual", single)[0] for _ in range(5)]
    beside = f"{median(pytest):.2f} s"
    warm_ratio, cold_ratio = median(verdict) / median(pytest), median(cold) / median(pytest)
    return [
        Row(
            f"{bench.single.folder}: warm verdict beside cold pytest",
            f"{median(verdict):.3f} s",
            beside,
            f"{warm_ratio:.3f}",
            f"<= {WARM_OF_PYTEST}",
            warm_ratio <= WARM_OF_PYTEST,
        ),
        Row(
            f"cold `grader run` on {len(bench.exercises)} beside that cold pytest",
            f"{median(cold):.2f} s",
            beside,
            f"{cold_ratio:.2f}",
            f"<= {COLD_OF_PYTEST}",
            cold_ratio <= COLD_OF_PYTEST,
        ),
    ]


class Unaudited(Runner):
    """Grades without the audit at run time."""

    def run(self, orders: list[Order], *rest: Any, **more: Any) -> list[ExerciseResult]:
        with unaudited():
            return super().run(orders, *rest, **more)


def isolation(bench: Bench) -> list[Row]:
    """A warm verdict at each level of isolation, with the audit and the gate, beside without."""
    levels: tuple[Isolation, ...] = ("none", "process", "sandbox")
    found = [level for level in levels if level == "none" or _can_have(level)]
    runners: dict[str, Runner] = {level: Runner(1, isolation=level) for level in found}
    runners["unaudited"] = Unaudited(1, isolation="none")
    single = (bench.single,)
    seconds: dict[str, list[float]] = {name: [] for name in runners}
    for turn in range(ISOLATED * bench.counts.repeat + 1):
        for level, runner in runners.items():
            took = bench.grading("virtual", single, runner)[0]
            if turn:  # the first one warms its server
                seconds[level].append(took)
    name = bench.single.folder
    rows = [
        _added(f"{name}: warm verdict, isolation `{level}` beside none", seconds[level], seconds)
        for level in found[1:]
    ]
    words = f"{name}: warm verdict, the audit at run time beside none"
    rows.append(_added(words, seconds["none"], seconds, "unaudited"))
    return [*rows, _gate(bench)]


def _added(
    words: str, took: list[float], seconds: dict[str, list[float]], beside: str = "none"
) -> Row:
    """What one way of grading adds to another, pair by pair."""
    more = median(mine - other for mine, other in zip(took, seconds[beside], strict=True))
    return Row(
        words,
        f"{median(took) * 1000:.0f} ms",
        f"{median(seconds[beside]) * 1000:.0f} ms",
        f"{more * 1000:+.1f} ms",
        f"<= {MOST_ISOLATION * 1000:g} ms",
        more <= MOST_ISOLATION,
    )


def _gate(bench: Bench) -> Row:
    """What reading an answer's source costs, the slowest of all solutions."""
    took = []
    for exercise in bench.course.exercises:
        data = exercise.solution.read_bytes()
        times = []
        for _ in range(bench.counts.repeat):
            started = time.perf_counter()
            gate.notes(data)
            times.append(time.perf_counter() - started)
        took.append(median(times))
    most = max(took)
    return Row(
        f"the gate, on the slowest of {count(len(took), 'solution')}",
        f"{most * 1000:.1f} ms",
        "",
        f"{most * 1000:+.1f} ms",
        f"<= {MOST_ISOLATION * 1000:g} ms",
        most <= MOST_ISOLATION,
    )


def spawning(bench: Bench) -> list[Row]:
    """What a verdict costs where there is no fork, with and without a Python that waits."""
    single = (bench.single,)
    seconds: dict[str, list[float]] = {"fork": [], "spawn": [], "waiting": []}
    runner = Runner(1)
    for _ in range(2 * bench.counts.repeat):
        seconds["fork"].append(bench.grading("virtual", single, runner)[0])
        os.environ[START] = "spawn"
        try:
            spawned.stop()
            seconds["spawn"].append(bench.grading("virtual", single, runner)[0])
            spawned.get_ready()
            time.sleep(WAITING_REAL_SECONDS)
            seconds["waiting"].append(bench.grading("virtual", single, runner)[0])
            spawned.stop()
        finally:
            del os.environ[START]
    fork = median(seconds["fork"])
    words = {"spawn": "a new Python", "waiting": "a new Python that waited"}
    return [
        Row(
            f"{bench.single.folder}: verdict of {what} beside a fork's",
            f"{median(seconds[name]):.3f} s",
            f"{fork:.3f} s",
            f"{median(seconds[name]) / fork:.1f} x",
        )
        for name, what in words.items()
    ]


def _can_have(level: Isolation) -> bool:
    for known in probe():
        if known.name == level and not known.available:
            tell(f"  no {level} here: {known.sentence}")
            return False
    return True


def load(bench: Bench) -> list[Row]:
    """Verdicts that changed on a busy machine, on either clock."""
    virtual, real = bench.virtual_gradings, bench.real_gradings
    for gradings in (virtual, real):
        for answer, times in gradings.changed.most_common():
            tell(f"  {gradings.clock} clock: {answer} changed {times} times")
    apart = sum(real.first[key] != verdict for key, verdict in virtual.first.items())
    if apart:
        tell(f"  without load the real clock's first verdict was another for {apart} answers")
    return [
        Row(
            f"changed verdicts, {OVERSUBSCRIBED} x oversubscribed, virtual clock beside real",
            _changed(virtual),
            _changed(real),
            "",
            "0",
            virtual.changes == 0,
        ),
        Row(
            "seconds that one of those gradings took",
            f"{virtual.seconds / virtual.count:.2f} s",
            f"{real.seconds / real.count:.2f} s",
        ),
    ]


def _changed(gradings: Gradings) -> str:
    return f"{gradings.changes} of {gradings.count} ({len(gradings.first)} answers)"


def crowd(bench: Bench) -> list[Row]:
    """Verdicts that changed when every answer is graded again and again, many at once."""
    gradings, times = crowded(bench.course, bench.rooms, bench.counts.each, tell)
    for answer, often in gradings.changed.most_common():
        tell(f"  {answer} changed {often} times")
    return [
        Row(
            f"changed verdicts, each answer {times} times, {OVERSUBSCRIBED} at once per processor",
            _changed(gradings),
            "",
            f"{gradings.seconds / max(1, gradings.count):.3f} s each",
            "0",
            gradings.changes == 0,
        )
    ]


def memory(bench: Bench) -> list[Row]:
    """The parent's memory over the gradings on the virtual clock."""
    gradings = bench.virtual_gradings
    at = gradings.memory
    growth = at["after"] - at["warm"]
    return [
        Row(
            f"parent's memory over {gradings.count} gradings: before / halfway / after",
            f"{at['before']:.1f} / {at['halfway']:.1f} / {at['after']:.1f} MB",
            f"{at['warm']:.1f} MB when warm",
            f"{growth:+.2f} MB",
            f"<= {MOST_GROWTH:g} MB",
            growth <= MOST_GROWTH,
        )
    ]


def examiner(bench: Bench) -> list[Row]:
    """`grader run` with the circumstances of the second examiner, beside without."""
    asked, alone = [], []
    for _ in range(bench.counts.repeat):
        asked.append(bench.run_seconds())
        os.environ[circumstances.SWITCH] = "off"
        try:
            alone.append(bench.run_seconds())
        finally:
            del os.environ[circumstances.SWITCH]
    ratio = median(asked) / median(alone)
    return [
        Row(
            f"cold `grader run` on {len(bench.exercises)}, circumstances included, beside without",
            f"{median(asked):.2f} s",
            f"{median(alone):.2f} s",
            f"{ratio:.2f}",
            f"<= {MOST_EXAMINED:g}",
            ratio <= MOST_EXAMINED,
        )
    ]


def opinion(bench: Bench) -> list[Row]:
    """The judge's second look at each solution, and a whole grading with it, beside without."""
    looks, looked, alone = [], [], []
    played = [e for e in bench.exercises if any(test.is_played for test in e.tests)]
    for _ in range(bench.counts.repeat):
        started = time.perf_counter()
        if told := disagreements((exercise, exercise.solution) for exercise in played):
            raise MeasuringError(told[0])
        looks.append((time.perf_counter() - started) / len(played))
        for taken, judged in ((looked, True), (alone, False)):
            taken.append(bench.grading("virtual", runner=Runner(1, judged=judged))[0])
    ratio = median(looked) / median(alone)
    return [
        Row(
            f"the judge's second look, mean of {len(played)} solutions",
            f"{median(looks):.3f} s",
            "",
            "",
            f"<= {MOST_LOOKED:g} s",
            median(looks) <= MOST_LOOKED,
        ),
        Row(
            f"{len(bench.exercises)} solutions graded with it, beside without",
            f"{median(looked):.2f} s",
            f"{median(alone):.2f} s",
            f"{ratio:.2f}",
            f"<= {MOST_JUDGED:g}",
            ratio <= MOST_JUDGED,
        ),
    ]


def growth(bench: Bench) -> list[Row]:
    """The whole course in one cold run, beside its first exercises and its others in two."""
    exercises = tuple(e for e in bench.course.exercises if e.solution.is_file())
    whole, parts = [], []
    with tempfile.TemporaryDirectory(prefix="awaitlings-bench-") as folder:
        (room,) = furnish(Path(folder), exercises, wrong=0)
        first = [e.slug for e in exercises if e.settings.level == "beginner"]
        others = [e.slug for e in exercises if e.slug not in first]
        for _ in range(bench.counts.repeat):
            taken = [
                command("-m", "grader", "run", *ids, f"--answers={room.folder}")[0]
                for ids in (first, others, [*first, *others])
            ]
            parts.append(sum(taken[:2]))
            whole.append(taken[2])
    ratio = median(whole) / median(parts)
    return [
        Row(
            f"cold `grader run` on all {len(exercises)}, beside {len(first)} and {len(others)}",
            f"{median(whole):.1f} s",
            f"{median(parts):.1f} s",
            f"{ratio:.2f}",
            f"<= {MOST_GROWN:g}",
            ratio <= MOST_GROWN,
        )
    ]


def verify(_bench: Bench) -> list[Row]:
    """`grader verify` over the whole course."""
    seconds, output = command("-m", "grader", "verify", ends_with=(PASSED, FAILED))
    said = JUDGED.search(output)
    if said is None:
        raise MeasuringError(f"`grader verify` said: {output.strip()}")
    answers, broken = (int(number.replace(",", "")) for number in said.groups())
    what = f"{count(answers, 'answer')} judged, {count(broken, 'broken promise')}"
    each = f"{seconds / answers:.3f} s each"
    return [
        Row(
            f"`grader verify`: {what}",
            f"{seconds:.1f} s",
            "",
            each,
        )
    ]


def save(bench: Bench) -> list[Row]:
    """From a save to the drawn verdict of `grader watch`, beside pytest and `pytest --lf`."""
    return saves.save(bench.single, bench.counts.saves)


def leaks(bench: Bench) -> list[Row]:
    """What `grader watch` uses after many saves, some of them in bursts."""
    return saves.leaks(bench.single, bench.counts.leak_saves)


def live(bench: Bench) -> list[Row]:
    """`grader live` in Chromium: saves beside watch, many visitors, and what it leaves behind."""
    counts = bench.counts
    return lives.live(bench.single, counts.saves, counts.leak_saves, counts.leak_saves // 10)


def visitors(_bench: Bench) -> list[Row]:
    """What 10, 100 and 1,000 WebSockets or streams in one test cost."""
    program = [sys.executable, "-m", "tests.benchmarks.visitors"]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    return [
        Row(
            f"10 / 100 / 1,000 {what} in one test, processor's time",
            " / ".join(f"{seconds:.2f}" for seconds in taken) + " s",
            "",
            f"{taken[-1] / taken[-2]:.1f} for ten times as many",
            f"<= {MOST_VISITED:g} s",
            taken[-1] <= MOST_VISITED,
        )
        for what, taken in json.loads(done.stdout).items()
    ]


def class_(bench: Bench) -> list[Row]:
    """`grader class` beside a loop of `grader run`, and that nothing changes its bytes."""
    counts = bench.counts
    return classes.measured(counts.learners, counts.kills, counts.exercises or classes.IDS)


FIGURES: dict[str, Callable[[Bench], list[Row]]] = {
    figure.__name__.rstrip("_"): figure
    for figure in (
        *(
            clocks,
            warm,
            examiner,
            opinion,
            growth,
            spawning,
            isolation,
            load,
            memory,
            crowd,
            verify,
        ),
        *(save, leaks, live, visitors, class_),
    )
}


# -- the command -------------------------------------------------------------


def tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    known = ", ".join(f"{name}: {figure.__doc__}" for name, figure in FIGURES.items())
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all without it. {known}")
    parser.add_argument("--quick", action="store_true", help="few repeats: a look, no proof")
    parser.add_argument("--count", type=int, help="gradings on the virtual clock (1000; 40)")
    parser.add_argument("--real-count", type=int, help="gradings on the real clock (100; 8)")
    parser.add_argument("--each", type=int, help="gradings of each answer in a crowd (20; 2)")
    parser.add_argument("--repeat", type=int, help="repeats of the timings (5; 2)")
    wrong = "wrong answers per exercise that are graded under load, beside the solution (2)"
    parser.add_argument("--wrong", type=int, default=2, help=wrong)
    parser.add_argument("--saves", type=int, help="saves that are timed (50; 10)")
    parser.add_argument("--leak-saves", type=int, help="saves that may leave nothing (1000; 100)")
    parser.add_argument("--learners", type=int, help="learners of the class (40; 4)")
    parser.add_argument("--kills", type=int, help="times that its grading is killed (20; 3)")
    parser.add_argument("--exercises", help=f"ids with commas between; without it {USUAL}")
    counts = parser.parse_args(arguments)
    for name in counts.names:
        if name not in FIGURES:
            parser.error(f"there is no figure {name!r}: choose from {', '.join(FIGURES)}")
    for option, usual, quick in (
        ("count", 1000, 40),
        ("real_count", 100, 8),
        ("each", 20, 2),
        ("repeat", 5, 2),
        ("saves", 50, 10),
        ("leak_saves", 1000, 100),
        ("learners", 40, 4),
        ("kills", 20, 3),
    ):
        given = getattr(counts, option)
        if given is not None and given < 1:
            parser.error(f"--{option.replace('_', '-')} must be at least 1")
        if given is None:
            setattr(counts, option, quick if counts.quick else usual)
    return counts


def main(arguments: list[str]) -> int:
    """The exit code: 0 every goal is met, 1 one is not, 2 nothing can be measured."""
    counts = parse(arguments)
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    os.chdir(ROOT)  # the warm server imports what lies here, installed or not
    rows: list[Row] = []
    try:
        names = (counts.exercises or USUAL).split(",")
        found, exercises = choose(names, given=counts.exercises is not None)
        with tempfile.TemporaryDirectory(prefix="awaitlings-bench-") as folder:
            bench = Bench(found, exercises, Path(folder), counts)
            for name in counts.names or FIGURES:
                tell(name)
                rows += FIGURES[name](bench)
    except (MeasuringError, GraderError) as error:
        tell(f"bench: {error}")
        return UNUSABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    graded = ", ".join(exercise.folder for exercise in exercises)
    machine = f"{os.cpu_count()} processors, load {busy:.1f} before"
    print(f"CPython {platform.python_version()}, {machine}; {graded}\n")
    print(table(rows))
    return FAILED if any(row.met is False for row in rows) else PASSED


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
