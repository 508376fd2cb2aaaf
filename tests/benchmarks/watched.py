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


class Watched:
    """A course with one exercise, and `grader watch` on it."""

    def __init__(
        self, root: Path, exercise: Exercise, terminal: int, process: Popen[bytes]
    ) -> None:
        self.root = root
        self.answer = root / "exercises" / exercise.folder / exercise.file
        self.suite = root / "tests" / "exercises" / exercise.folder / exercise.suite.name
        self.process = process
        self.scratch = root.parent / "scratch"
        wrong = sorted((exercise.solutions / "wrong").glob("*.py"))
        if not wrong:
            raise MeasuringError(f"{exercise.folder} has no wrong answer.")
        self.texts = {
            PASSED: exercise.solution.read_text(encoding="utf-8"),
            FAILED: patches.whole(wrong[0]),
        }
        self._terminal = terminal
        self._number = 0
        self._drawn = b""

    def save(self, sort: bytes) -> None:
        """Save an answer of that sort, never twice the same, as an editor does it."""
        self._number += 1
        new = self.answer.with_suffix(".new")
        new.write_text(f"{self.texts[sort]}\n# {self._number}\n", encoding="utf-8")
        os.replace(new, self.answer)

    def verdict_seconds(self) -> float:
        """Real seconds from a save to its drawn verdict, which is another one each time."""
        sort = PASSED if self._number % 2 else FAILED
        started = time.perf_counter()
        self.save(sort)
        self.wait_for(sort)
        return time.perf_counter() - started

    def burst(self, count: int) -> None:
        """So many saves without waiting; the last one's verdict is the one that stays."""
        for _ in range(count - 1):
            self.save(PASSED)
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
        words = [sys.executable, "-m", "pytest", str(self.suite), *arguments]
        started = time.perf_counter()
        try:
            done = run(
                words, cwd=self.root, env=_variables(self.scratch), capture_output=True, timeout=60
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
        time.sleep(0.3)  # a child is taken away a moment after its verdict is drawn
        try:
            pids = family(self.process.pid)
            descriptors = sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids)
            page = os.sysconf("SC_PAGE_SIZE")
            pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
        except OSError as error:
            raise MeasuringError(f"/proc does not tell what watch uses: {error}.") from None
        folders = len(list(self.scratch.iterdir()))
        return Usage(len(pids), descriptors, pages * page / 2**20, folders)


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, children.read_text().split())
    return found


@contextlib.contextmanager
def watched(exercise: Exercise) -> Iterator[Watched]:
    """Watch on a copy of one exercise, warm: it has drawn verdicts of both sorts."""
    with tempfile.TemporaryDirectory(prefix="awaitlings-bench-") as name:
        base = Path(name)
        root = base / "course"
        for part in ("exercises", "solutions", "tests/exercises"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(
                ROOT / part / exercise.folder, root / part / exercise.folder, ignore=ignored
            )
        shutil.copy(ROOT / "tests/exercises/pytest.ini", root / "tests/exercises/pytest.ini")
        (base / "scratch").mkdir()
        terminal, other = pty.openpty()
        termios.tcsetwinsize(terminal, SIZE)
        words = [sys.executable, "-m", "grader", "watch", exercise.slug]
        process = Popen(
            words,
            cwd=root,
            env=_variables(base / "scratch"),
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
        )
        os.close(other)
        try:
            subject = Watched(root, exercise, terminal, process)
            subject.wait_for(FAILED)
            for _ in range(4):
                subject.verdict_seconds()
            yield subject
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except TimeoutExpired:
                process.kill()
                process.wait()
            os.close(terminal)


def _variables(scratch: Path) -> dict[str, str]:
    more = {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "TMPDIR": str(scratch)}
    return {**os.environ, **more}
