"""Finds, orders and validates the exercises on disk.

A folder is the whole unit: `NN_slug` under exercises/ (the learner's),
tests/exercises/ (the suite) and solutions/. The slug is the id; the number gives
only the order.
"""

import difflib
import itertools
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.course import folders, manifests, packs
from grader.course.folders import FOLDER, SETTINGS, shown_path
from grader.course.manifests import Diagnosis, Manifest
from grader.course.suites import Expected, read_tests
from grader.model.errors import GraderError
from grader.model.report import LEVELS, Level

RANGE = re.compile(r"(\d{1,4})\s*-\s*(\d{1,4})", re.ASCII)


Request = Annotated[str, Field(pattern=r"^(GET|POST|PUT|PATCH|DELETE) /\S*( \{.*\})?$")]
"""What `grader serve` suggests to try: `GET /path`, or `POST /path {"a": "JSON body"}`."""


class Settings(BaseModel):
    """What an `exercise.toml` says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1)
    level: Level
    chapter: str = Field(min_length=1)
    teaches: str = Field(min_length=1)
    hints: tuple[str, str, str]
    file: str | None = None
    requests: tuple[Request, ...] = Field(default=(), max_length=2)
    measured: str = Field(default="", max_length=20)
    """What comes out where the lesson asks for one figure: `1.5 s`."""


@dataclass(frozen=True)
class Exercise:
    """One exercise and where its parts lie."""

    root: Path
    number: int
    slug: str
    settings: Settings
    home: Path | None = None
    """Where the learner's file lies, when that is not the course's own folder."""

    @property
    def place(self) -> tuple[int, int]:
        """What orders a course: beginners' exercises first, then by number."""
        return LEVELS.index(self.settings.level), self.number

    @property
    def folder(self) -> str:
        return f"{self.number:02}_{self.slug}"

    @property
    def file(self) -> str:
        """Name of the one file that is taken from the learner."""
        return self.settings.file or f"{self.slug}.py"

    @property
    def suite(self) -> Path:
        return self.root / "tests" / "exercises" / self.folder / f"test_{self.slug}.py"

    @cached_property
    def tests(self) -> tuple[Expected, ...]:
        """The suite's tests, in order. Raises GraderError when it cannot be read."""
        return read_tests(self.suite, f"tests/exercises/{self.folder}/{self.suite.name}")

    @cached_property
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """Those of its course's own. Raises GraderError when course.toml cannot be read."""
        manifest = manifests.read(self.root)
        return manifest.diagnoses if manifest is not None else ()

    def check_suite(self) -> None:
        """Read the suite now. Raises GraderError when it cannot be read."""
        self.tests  # noqa: B018 - a cached property: asking reads it

    @property
    def stub(self) -> Path:
        return (self.home or self.root) / "exercises" / self.folder / self.file

    @property
    def original(self) -> Path:
        """The stub as the course has it, on the trusted side; `grader reset` brings it back."""
        return self.suite.with_name("stub.py")

    def answer_in(self, answers: Path, here: Path | None = None) -> tuple[Path, str]:
        """Where its answer lies below `answers`, and how to show that path.

        It is shown relative to `here`, by default the current folder.
        """
        path = answers / self.folder / self.file
        return path, shown_path(path, here, answers)

    @property
    def lesson(self) -> Path:
        return self.root / "exercises" / self.folder / "README.md"

    @property
    def solutions(self) -> Path:
        return self.root / "solutions" / self.folder

    @property
    def solution(self) -> Path:
        return self.solutions / self.file


@dataclass(frozen=True)
class Course:
    """The exercises of one course, in order."""

    root: Path
    exercises: tuple[Exercise, ...]
    home: Path | None = None
    """The learner's folder, when that is not the course's own."""
    manifest: Manifest | None = None

    @property
    def answers(self) -> Path:
        """The exercises/ that the learner edits."""
        return (self.home or self.root) / "exercises"

    def select(self, names: Sequence[str], level: Level | None = None) -> tuple[Exercise, ...]:
        """The named exercises of that level in course order, all when nothing is named.

        A name is `checkout`, `06`, `6`, `06_checkout`, a range of numbers like `01-08`, or
        several of them with commas between: `01-08,checkout`. Raises GraderError.
        """
        parts = [part.strip() for name in names for part in name.split(",") if part.strip()]
        chosen = {exercise for part in parts for exercise in self._named(part)}
        named = [e for e in self.exercises if e in chosen] if parts else self.exercises
        found = tuple(e for e in named if level in (None, e.settings.level))
        if not found:
            raise GraderError(
                f"None of these exercises is for the level {level}.",
                f"`grader list --level {level}` shows those that are.",
            )
        return found

    def with_changed(self, changed: Exercise) -> "Course":
        """This course with another version of one exercise, known by its folder."""
        both = (changed if e.folder == changed.folder else e for e in self.exercises)
        return replace(self, exercises=tuple(both))

    def with_added(self) -> tuple["Course", tuple[Exercise, ...]]:
        """This course with what has been added to it since, and that alone. Raises GraderError."""
        known = {exercise.folder for exercise in self.exercises}
        added = tuple(e for e in load(self.root, self.home).exercises if e.folder not in known)
        for exercise in added:
            exercise.check_suite()
        both = sorted((*self.exercises, *added), key=lambda exercise: exercise.place)
        return replace(self, exercises=tuple(both)), added

    def _named(self, part: str) -> list[Exercise]:
        bounds = RANGE.fullmatch(part)
        if bounds is None:
            return [self._find(part)]
        first, last = int(bounds[1]), int(bounds[2])
        if first > last:
            raise GraderError(
                f"The range {part!r} runs backwards.", f"Write it as {last:02}-{first:02}."
            )
        found = [exercise for exercise in self.exercises if first <= exercise.number <= last]
        if not found:
            known = [exercise.number for exercise in self.exercises]
            numbers = f"{min(known):02} to {max(known):02}"
            raise GraderError(
                f"There is no exercise in the range {part!r}.",
                f"The exercises have numbers from {numbers}; `grader list` shows them all.",
            )
        return found

    def _find(self, name: str) -> Exercise:
        wanted = Path(name).name.removesuffix(".py")
        for exercise in self.exercises:
            if wanted in (exercise.slug, exercise.folder):
                return exercise
            if wanted.isdecimal() and int(wanted) == exercise.number:
                return exercise
        slugs = {name: exercise.slug for exercise in self.exercises for name in _names(exercise)}
        close = difflib.get_close_matches(wanted.lower().replace("-", "_"), slugs, n=1, cutoff=0.5)
        remedy = f"Did you mean {slugs[close[0]]}?" if close else "`grader list` shows them all."
        raise GraderError(f"There is no exercise {name!r}.", remedy)


def _names(exercise: Exercise) -> tuple[str, str]:
    return exercise.slug, exercise.folder


def around(start: Path) -> Course:
    """The course that `start` lies in, with the learner's own folder. Raises GraderError."""
    home = folders.find_home(start)
    root = folders.find_root(start)
    if home is None and not packs.is_course(root):
        raise GraderError(
            f"There is no course in {start}.",
            "Make a folder with its exercises: grader init DIR",
        )
    return load(root, home if home != root else None)


def load(root: Path, home: Path | None = None) -> Course:
    """Read the course at `root`; the learner's exercises/ may lie elsewhere, in `home`.

    Raises GraderError when it is unusable.
    """
    folder = root / "tests" / "exercises"
    if not folder.is_dir():
        raise GraderError(
            f"There is no course in {root}: it has no folder tests/exercises.",
            "Run grader inside a course, or make a folder with its exercises: grader init DIR",
        )
    manifest = manifests.read(root)
    exercises = [
        read(root, path, home)
        for path in sorted(folder.iterdir())
        if path.is_dir() and FOLDER.fullmatch(path.name) and not _is_left_over(path)
    ]
    if not exercises:
        raise GraderError(
            f"The course in {root} has no exercises: tests/exercises has no folder like 01_name.",
            f"Bring the course back ({packs.AGAIN}), or add an exercise: grader new NAME",
        )
    for before, after in itertools.pairwise(exercises):
        if before.number == after.number:
            raise GraderError(
                f"{before.folder} and {after.folder} have the same number.",
                "Rename one of the two folders.",
            )
    slugs = [exercise.slug for exercise in exercises]
    for slug in slugs:
        if slugs.count(slug) > 1:
            raise GraderError(f"Two exercises are called {slug}.", "Rename one of the two.")
    in_order = sorted(exercises, key=lambda exercise: exercise.place)
    return Course(root, tuple(in_order), home, manifest)


def _is_left_over(folder: Path) -> bool:
    """Of an exercise that a newer release has not, pip leaves what Python has made."""
    return [path.name for path in folder.iterdir()] == ["__pycache__"]


def read(root: Path, path: Path, home: Path | None = None) -> Exercise:
    """The exercise whose suite lies in the folder `path`. Raises GraderError."""
    match = FOLDER.fullmatch(path.name)
    assert match is not None
    file = path / SETTINGS
    shown = f"tests/exercises/{path.name}/{SETTINGS}"
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise GraderError(f"{shown} is missing.", "Add it, or delete the folder.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GraderError(f"{shown} is not valid TOML: {error}.", "Correct that line.") from None
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise GraderError(
            f"{shown}: {where}: {first['msg']}.",
            "It needs title, level, chapter, teaches and three hints.",
        ) from None
    exercise = Exercise(root, int(match[1]), match[2], settings, home)
    if not exercise.suite.is_file():
        raise GraderError(
            f"tests/exercises/{path.name} has no test_{match[2]}.py.",
            "Add the suite, or delete the folder.",
        )
    return exercise


def read_again(exercise: Exercise) -> Exercise:
    """The exercise as its author has it now, tests included. Raises GraderError."""
    changed = read(exercise.root, exercise.suite.parent, exercise.home)
    changed.check_suite()
    return changed
