"""`grader watch` in a terminal of its own: saves go in, drawn verdicts come out."""

import contextlib
import os
import pty
import select
import shutil
import signal
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen, TimeoutExpired, run

from grader.course import patches
from grader.course.exercises import Exercise
from tests.benchmarks.subjects import ROOT, MeasuringError

PATIENCE_REAL_SECONDS = 60
FRAME_ENDS = b"\x1b[J"
PASSED = b"All its tests pass: "
"""What is drawn first; its circumstances follow."""
FAILED = b"Next: "
SIZE = (40, 100)
"""Lines and columns."""


@dataclass(frozen=True)
class Usage:
    """What watch and all its children use: processes, descriptors, megabytes, folders."""

    processes: int
    descriptors: int
    megabytes: float
    folders: int


class Copied:
    """A course with one exercise, to save answers of."""

    def __init__(self, base: Path, exercise: Exercise) -> None:
        self.root = base / "course"
        self.scratch = base / "scratch"
        self.answer = self.root / "exercises" / exercise.folder / exercise.file
        self.suite = self.root / "tests" / "exercises" / exercise.folder / exercise.suite.name
        wrong = sorted((exercise.solutions / "wrong").glob("*.py"))
        if not wrong:
            raise MeasuringError(f"{exercise.folder} has no wrong answer.")
        self.texts = {
            PASSED: exercise.solution.read_text(encoding="utf-8"),
            FAILED: patches.whole(wrong[0]),
        }
        self.number = 0

    def save(self, sort: bytes) -> None:
        """Save an answer of that sort, never twice the same, as an editor does it."""
        self.number += 1
        new = self.answer.with_suffix(".new")
        new.write_text(f"{self.texts[sort]}\n# {self.number}\n", encoding="utf-8")
        os.replace(new, self.answer)

    def begin(self, command: str, exercise: Exercise, output: int, *more: str) -> Popen[bytes]:
        """That command of the grader, in this course; everything it says goes to `output`."""
        return Popen(
            [sys.executable, "-m", "grader", command, exercise.slug, *more],
            cwd=self.root,
            env=_variables(self.scratch),
            stdin=output,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


class Watched:
    """A course with one exercise, and `grader watch` on it."""

    def __init__(self, copy: Copied, terminal: int, process: Popen[bytes]) -> None:
        self.copy = copy
        self.process = process
        self._terminal = terminal
        self._drawn = b""

    def verdict_seconds(self) -> float:
        """Real seconds from a save to its drawn verdict, which is another one each time."""
        sort = PASSED if self.copy.number % 2 else FAILED
        started = time.perf_counter()
        self.copy.save(sort)
        self.wait_for(sort)
        return time.perf_counter() - started

    def burst(self, count: int) -> None:
        """So many saves without waiting; the last one's verdict is the one that stays."""
        for _ in range(count - 1):
            self.copy.save(PASSED)
            time.sleep(0.02)  # real files, and time for a grading to have begun
        self.verdict_seconds()

    def wait_for(self, text: bytes) -> None:
        """Until a whole frame that holds `text` is drawn. Raises MeasuringError."""
        end = time.monotonic() + PATIENCE_REAL_SECONDS
        while True:
            frame, mark, rest = self._drawn.partition(FRAME_ENDS)
            if mark:
                self._drawn = rest
                if text in frame:
                    return
                continue
            if not select.select([self._terminal], [], [], max(0.0, end - time.monotonic()))[0]:
                raise MeasuringError(f"No verdict came within {PATIENCE_REAL_SECONDS} s.")
            try:
                self._drawn += os.read(self._terminal, 1 << 16)
            except OSError:
                raise MeasuringError("grader watch has ended.") from None

    def pytest_seconds(self, *arguments: str) -> float:
        """Real seconds of pytest on this course, from its start to its end."""
        words = [sys.executable, "-m", "pytest", str(self.copy.suite), *arguments]
        started = time.perf_counter()
        try:
            done = run(
                words,
                cwd=self.copy.root,
                env=_variables(self.copy.scratch),
                capture_output=True,
                timeout=60,
            )
        except TimeoutExpired:
            raise MeasuringError("pytest did not end within 60 s.") from None
        seconds = time.perf_counter() - started
        if done.returncode not in (0, 1):
            raise MeasuringError(
                f"pytest ended with {done.returncode}: {done.stdout.decode()[-300:]}"
            )
        return seconds

    def usage(self) -> Usage:
        """What is used now. Raises MeasuringError where /proc does not tell."""
        return usage(self.process.pid, self.copy.scratch)


def usage(process: int, scratch: Path) -> Usage:
    """What a process and its descendants use. Raises MeasuringError where /proc does not tell."""
    time.sleep(0.3)  # a child is taken away a moment after its verdict is drawn
    try:
        pids = family(process)
        descriptors = sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids)
        page = os.sysconf("SC_PAGE_SIZE")
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    except OSError as error:
        raise MeasuringError(f"/proc does not tell what is used: {error}.") from None
    return Usage(len(pids), descriptors, pages * page / 2**20, len(list(scratch.iterdir())))


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, children.read_text().split())
    return found


@contextlib.contextmanager
def copied(exercise: Exercise) -> Iterator[Copied]:
    """A copy of one exercise in a course of its own."""
    with tempfile.TemporaryDirectory(prefix="awaitlings-bench-") as name:
        copy = Copied(Path(name), exercise)
        for part in ("exercises", "solutions", "tests/exercises"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(
                ROOT / part / exercise.folder, copy.root / part / exercise.folder, ignore=ignored
            )
        shutil.copy(ROOT / "tests/exercises/pytest.ini", copy.root / "tests/exercises/pytest.ini")
        copy.scratch.mkdir()
        yield copy


@contextlib.contextmanager
def watched(exercise: Exercise) -> Iterator[Watched]:
    """Watch on a copy of one exercise, warm: it has drawn verdicts of both sorts."""
    with copied(exercise) as copy:
        terminal, other = pty.openpty()
        termios.tcsetwinsize(terminal, SIZE)
        process = copy.begin("watch", exercise, other)
        os.close(other)
        try:
            subject = Watched(copy, terminal, process)
            subject.wait_for(FAILED)
            for _ in range(4):
                subject.verdict_seconds()
            yield subject
        finally:
            end(process)
            os.close(terminal)


def end(process: Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except TimeoutExpired:
        process.kill()
        process.wait()


def _variables(scratch: Path) -> dict[str, str]:
    more = {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "TMPDIR": str(scratch)}
    return {**os.environ, **more}
