"""`grader doctor`: looks at what the grader needs here, and tells what to do where it is not so."""

import importlib.metadata
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console

from grader import isolation, system
from grader.commands.home import following
from grader.course import exercises as course
from grader.course import packs
from grader.course.exercises import Course
from grader.course.folders import shown_path
from grader.model.errors import GraderError
from grader.parent import session
from grader.parent.runner import Runner
from grader.reports.terminal import can_draw
from grader.system import HAS_POSIX
from grader.wording import count, seconds

OLDEST = (3, 11)
NEWEST = (3, 15)
"""The newest Python that all of it has been tried on; pyproject.toml's classifiers say the same."""
MIN_WIDTH = 80
EVENT_REAL_SECONDS = 2.0
"""So long a file event may take to arrive."""
INSTALL = (
    f"Run: {packs.AGAIN}" if packs.IS_INSTALLED else f"In the course's folder, run: {packs.AGAIN}"
)
UPDATE = (
    "pip install --upgrade awaitlings, then grader update"
    if packs.IS_INSTALLED
    else "git pull, then pip install -e ."
)

State = Literal["fine", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at. A `note` makes something slower or plainer; a `problem` breaks it."""

    name: str
    state: State
    sentence: str
    remedy: str = ""


def findings(start: Path, console: Console) -> Iterator[Finding]:
    """Look at one thing after the other, for the course around `start`."""
    yield python()
    yield packages()
    found = None
    try:
        found = course.around(start)
        yield whole(found)
    except GraderError as error:
        yield Finding("course", "problem", error.problem, error.remedy)
    if found is not None:
        yield grading(found)
    yield colours(console)
    yield characters(console)
    yield width(console)
    if found is not None:
        yield file_events(found.answers)
    yield children()
    yield sandbox()


def python() -> Finding:
    version = platform.python_version()
    name = f"{platform.python_implementation()} {version} at {sys.executable}"
    if sys.version_info < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        remedy = f"Install Python {wanted} or newer, and make the virtual environment with it."
        return Finding("Python", "problem", f"{name} is too old.", remedy)
    if platform.python_implementation() != "CPython":
        remedy = "The clock is made for CPython: use it if anything looks odd."
        return Finding("Python", "note", name, remedy)
    if sys.version_info[:2] > NEWEST:
        tried = ".".join(map(str, NEWEST))
        remedy = f"If anything looks odd, make the virtual environment with Python {tried}."
        return Finding("Python", "note", f"{name} is newer than any tried one, {tried}.", remedy)
    return Finding("Python", "fine", name)


def packages(requires: list[str] | None = None) -> Finding:
    """Is each package there that the grader needs, in a version that fits."""
    try:
        listed = importlib.metadata.requires("awaitlings") if requires is None else requires
    except importlib.metadata.PackageNotFoundError:
        return Finding("packages", "problem", "Awaitlings is not installed.", INSTALL)
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return Finding("packages", "problem", "packaging is missing.", INSTALL)
    needed = [Requirement(line) for line in listed or []]
    needed = [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    wrong, versions = [], []
    for one in needed:
        try:
            version = importlib.metadata.version(one.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{one.name} is missing")
            continue
        versions.append(f"{one.name} {version}")
        if not one.specifier.contains(version, prereleases=True):
            wrong.append(f"{one.name} is {version}, and {one.specifier} is needed")
    if wrong:
        return Finding("packages", "problem", f"{'; '.join(wrong)}.", INSTALL)
    return Finding("packages", "fine", ", ".join(versions))


def whole(found: Course) -> Finding:
    """Has the course each exercise's file, lesson and original stub."""
    missing = []
    for exercise in found.exercises:
        if not exercise.stub.is_file():
            remedy = f"`grader reset {exercise.slug}` brings the stub back."
            return Finding("course", "problem", f"{shown_path(exercise.stub)} is missing.", remedy)
        parts = (exercise.lesson, exercise.original)
        missing += [shown_path(part) for part in parts if not part.is_file()]
    if missing:
        more = f" and {len(missing) - 1} more are" if missing[1:] else " is"
        remedy = packs.remedy(missing[0])
        return Finding("course", "problem", f"{missing[0]}{more} missing.", remedy)
    folder = found.answers
    if not os.access(folder, os.W_OK):
        return Finding(
            "course",
            "problem",
            f"{folder} may not be written to.",
            "Make it yours, or get the course anew into a folder of your own.",
        )
    if (behind := following.behind(found)) is not None:
        return Finding("course", "note", behind, "`grader update` brings the new ones.")
    there = f"{count(len(found.exercises), 'exercise')} in {found.answers.parent}"
    return Finding("course", "fine", there)


def grading(found: Course) -> Finding:
    """Grade one stub, as it came: everything that a verdict needs has to work for that."""
    exercise = found.exercises[0]
    path = exercise.original if exercise.original.is_file() else exercise.stub
    began = time.perf_counter()
    try:
        (result,) = Runner(jobs=1).run([session.order(exercise, path, shown_path(path), "virtual")])
    except (OSError, GraderError) as error:
        remedy = "Look at the limits on processes, memory and disk of this machine."
        return Finding("grading", "problem", f"No answer can be graded: {error}", remedy)
    took = seconds(round(time.perf_counter() - began, 1))
    if result.status != "not_started" and path == exercise.original:
        return Finding(
            "grading",
            "problem",
            f"The untouched stub of {exercise.slug} is {result.status}: {result.problem}",
            f"Bring the course and its packages up to date: {UPDATE}",
        )
    return Finding("grading", "fine", f"{exercise.slug} was graded in {took}, from a cold start")


def colours(console: Console) -> Finding:
    if not console.is_terminal:
        return Finding("colours", "note", "None: this is no terminal, but a pipe or a file.")
    if console.color_system is None or console.no_color:
        off = "NO_COLOR is set" if "NO_COLOR" in os.environ else f"TERM is {_term()}"
        remedy = "`unset NO_COLOR`, or `export TERM=xterm-256color`, where the terminal has them."
        return Finding("colours", "note", f"None: {off}.", remedy)
    known = {"standard": "16", "256": "256", "truecolor": "16 million", "windows": "16"}
    return Finding("colours", "fine", known[console.color_system])


def _term() -> str:
    return os.environ.get("TERM") or "not set"


def characters(console: Console) -> Finding:
    if can_draw(console):
        return Finding("characters", "fine", "Unicode: ✓ ✗ █ ░")
    remedy = "`export PYTHONUTF8=1`, or a locale like C.UTF-8, where the terminal shows Unicode."
    return Finding("characters", "note", f"Only {console.encoding}: # and - draw the time.", remedy)


def width(console: Console) -> Finding:
    columns = count(console.width, "column")
    if console.width >= MIN_WIDTH:
        return Finding("width", "fine", columns)
    remedy = f"Make the window {MIN_WIDTH} columns wide: then titles and timelines are whole."
    return Finding("width", "note", columns, remedy)


def file_events(folder: Path) -> Finding:
    """Write a file beside the exercises, and see whether its event arrives."""
    slower = "`grader watch` looks at your files ten times a second instead."
    try:
        import watchfiles

        from grader.commands.watch import saves
    except ImportError:
        return Finding("file events", "problem", "The package watchfiles cannot be used.", INSTALL)
    if saves.polling_is_asked_for():
        remedy = f"`unset {saves.FORCED}`, unless you know that none arrive here."
        return Finding("file events", "note", f"{saves.FORCED} turns them off. {slower}", remedy)
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=folder) as there:
            events = watchfiles.watch(
                there,
                watch_filter=None,
                step=10,
                debounce=50,
                rust_timeout=100,
                yield_on_timeout=True,
                force_polling=False,
            )
            next(events)  # from here on it listens
            began = time.perf_counter()
            (Path(there) / "saved.py").touch()
            for changes in events:
                if changes:
                    return Finding("file events", "fine", f"They arrive in {folder}")
                if time.perf_counter() - began > EVENT_REAL_SECONDS:
                    break
    except (OSError, RuntimeError) as error:
        return Finding("file events", "note", f"None in {folder}: {error}", slower)
    elsewhere = "Network drives, WSL's /mnt and some containers send none. "
    return Finding("file events", "note", f"None arrive in {folder}.", elsewhere + slower)


def children() -> Finding:
    """How a child starts, and what keeps its answer apart."""
    try:
        spawned = system.spawns()
    except GraderError as error:
        return Finding("children", "problem", error.problem, error.remedy)
    if not spawned:
        return Finding("children", "fine", "Each answer is graded by a fork of a warm process")
    slower = "Each answer is graded by a new Python, which is slower than a fork."
    if HAS_POSIX:
        return Finding("children", "note", slower, f"`unset {system.START}`, which asks for it.")
    level = isolation.probe()[0]
    return Finding("children", "note", f"{slower} It gets {level.sentence}")


def sandbox(probe: Callable[[], tuple[isolation.Level, ...]] = isolation.probe) -> Finding:
    level = probe()[-1]
    if level.available:
        return Finding("sandbox", "fine", level.sentence)
    return Finding(
        "sandbox",
        "note",
        level.sentence,
        "You need it only to grade other people's answers, not for your own.",
    )
