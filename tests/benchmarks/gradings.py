"""Many gradings on processors that have four times as much to do as they can."""

import contextlib
import gc
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from subprocess import DEVNULL, Popen

from grader.course.exercises import Course
from grader.model.report import ClockName, ExerciseResult
from grader.parent.runner import Runner
from grader.parent.session import orders_for
from tests.benchmarks.subjects import MeasuringError, Room, Verdict, grade, verdict

OVERSUBSCRIBED = 4
LOAD_SECONDS = 7200
"""A busy process stops by itself after this long, or when the benchmark has died."""
WARM_GRADINGS = 100
"""Memory may grow for so long: caches fill."""

BUSY = """
import os, sys, time
parent, deadline = int(sys.argv[1]), time.monotonic() + float(sys.argv[2])
while time.monotonic() < deadline and os.getppid() == parent:
    sum(range(100_000))
"""


@dataclass
class Gradings:
    """What came of them: counts, seconds and the parent's memory.

    `first`: by room and exercise, the verdict without load.
    """

    clock: ClockName
    first: dict[tuple[str, str], Verdict]
    count: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    memory: dict[str, float] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        return self.changed.total()

    def add(self, room: Room, result: ExerciseResult) -> None:
        """Count what was graded, and what has another verdict than the first time."""
        self.count += 1
        if verdict(result) != self.first[room.name, result.id]:
            self.changed[f"{result.number:02} in {room.name} ({result.status})"] += 1


def begin(course: Course, rooms: list[Room], runner: Runner, clock: ClockName) -> Gradings:
    """None yet, but every answer's verdict without load."""
    return Gradings(
        clock,
        {
            (room.name, result.id): verdict(result)
            for room in rooms
            for result in grade(course, room, runner, clock).exercises
        },
    )


def under_load(
    course: Course, rooms: list[Room], runner: Runner, clock: ClockName, count: int
) -> Gradings:
    """Grade `count` answers under load and compare with their verdicts without load.

    Raises MeasuringError when the load did not last.
    """
    gradings = begin(course, rooms, runner, clock)
    warm = min(WARM_GRADINGS, count // 4)
    marks = {"warm": warm, "halfway": count // 2, "after": count}
    gradings.memory["before"] = memory()
    with busy_processors():
        started = time.perf_counter()
        for room in cycle(rooms):
            only = room.exercises[: count - gradings.count]
            for result in grade(course, room, runner, clock, only).exercises:
                gradings.add(room, result)
            for mark, due in marks.items():
                if gradings.count >= due and mark not in gradings.memory:
                    gradings.memory[mark] = memory()
            if gradings.count >= count:
                break
        gradings.seconds = time.perf_counter() - started
    return gradings


def crowded(
    course: Course, rooms: list[Room], each: int, tell: Callable[[str], None]
) -> tuple[Gradings, int]:
    """Grade every answer `each` times, so many at once that they are each other's load.

    Compares with their verdicts one by one; also returns how often each one was graded, which
    is less when it was interrupted.
    """
    crowd = Runner(OVERSUBSCRIBED * (os.cpu_count() or 1))
    gradings = begin(course, rooms, Runner(1), "virtual")
    answers = [(room, order) for room in rooms for order in orders_for(room.exercises, room.folder)]
    started = time.perf_counter()
    rounds = 0
    with contextlib.suppress(KeyboardInterrupt):
        for rounds in range(each):
            random.shuffle(answers)  # other neighbours each time
            results = crowd.run([order for _, order in answers])
            for (room, _), result in zip(answers, results, strict=True):
                gradings.add(room, result)
            tell(f"  {rounds + 1} times each: {gradings.changes} changed {dict(gradings.changed)}")
        rounds = each
    gradings.seconds = time.perf_counter() - started
    return gradings, rounds


@contextlib.contextmanager
def busy_processors() -> Iterator[None]:
    """Four busy processes per processor, gone afterwards whatever happens.

    Each has a session of its own, as a grader's child has: Linux may share the processors out
    among sessions first, and then one session's load would slow the children hardly at all.
    """
    count = OVERSUBSCRIBED * (os.cpu_count() or 1)
    arguments = [sys.executable, "-c", BUSY, str(os.getpid()), str(LOAD_SECONDS)]
    load: list[Popen[bytes]] = []
    try:
        for _ in range(count):
            load.append(Popen(arguments, stdin=DEVNULL, start_new_session=True))
        time.sleep(0.5)  # until all of them compute
        yield
        if any(process.poll() is not None for process in load):
            raise MeasuringError("The load ended before the gradings did.")
    finally:
        for process in load:
            process.kill()
        for process in load:
            process.wait()


def memory() -> float:
    """Megabytes of this process that lie in memory; the peak where /proc is not to be had."""
    gc.collect()
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    return pages * resource.getpagesize() / 2**20
